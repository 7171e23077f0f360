/** The words of the contract (design §4, "Credential status"). */
export type CredentialStatus =
  'expired' | 'expiring' | 'ok' | 'notYetValid' | 'neverExpires' | 'unknownExpiry';

export interface Validity {
  startsAt: Date | null;
  expiresAt: Date | null;
}

export const DAY_MS = 86_400_000;

const MAX_WINDOW_DAYS = 60;
const LIFETIME_PER_WINDOW = 3;
/** Old tools wrote 0001-01-01 or 1970-01-01 where there was no date. */
const FIRST_BELIEVABLE_MS = Date.UTC(2000, 0, 1);
/** The portal and the command line write 2299-12-31 for "never"; others write 9999. */
const NEVER_FROM_MS = Date.UTC(2199, 0, 1);

/**
 * What a credential is at `now`. Instants are compared, never day counts, so a credential that ended a second ago
 * is `expired`. `expiring` means inside its own window, see {@link windowDaysOf}.
 */
export function statusOf(validity: Validity, now: Date): CredentialStatus {
  const end = validity.expiresAt?.getTime() ?? Number.NaN;
  if (!(end >= FIRST_BELIEVABLE_MS)) return 'unknownExpiry';
  const nowMs = now.getTime();
  if (end <= nowMs) return 'expired';
  if (validity.startsAt !== null && validity.startsAt.getTime() > nowMs) return 'notYetValid';
  if (end >= NEVER_FROM_MS) return 'neverExpires';
  return end - nowMs <= windowDaysOf(validity) * DAY_MS ? 'expiring' : 'ok';
}

/**
 * How many days before its end a credential starts to matter: a third of its lifetime, at most 60 days, so a 30-day
 * secret that is replaced monthly warns nobody. 60 where the lifetime is unknown or not positive.
 */
export function windowDaysOf({ startsAt, expiresAt }: Validity): number {
  if (startsAt === null || expiresAt === null) return MAX_WINDOW_DAYS;
  const lifetimeDays = (expiresAt.getTime() - startsAt.getTime()) / DAY_MS;
  if (!(lifetimeDays > 0)) return MAX_WINDOW_DAYS;
  return Math.min(MAX_WINDOW_DAYS, lifetimeDays / LIFETIME_PER_WINDOW);
}

/** Whole days until the end, rounded down (−1 for the first day after it); null where the end is unknown. */
export function daysLeftOf(validity: Validity, now: Date): number | null {
  if (statusOf(validity, now) === 'unknownExpiry' || validity.expiresAt === null) return null;
  return Math.floor((validity.expiresAt.getTime() - now.getTime()) / DAY_MS);
}
