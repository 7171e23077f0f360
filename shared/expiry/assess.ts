import type { Credential } from '../credentials/credential.ts';
import { selfRenewingRule } from '../credentials/self-renewing.ts';
import { effectiveEnds } from './effective-end.ts';
import type { Policy } from './policy.ts';
import { stageOf } from './stage.ts';
import { DAY_MS, daysLeftOf, statusOf, type CredentialStatus } from './status.ts';
import { supersessionOf, type Replacement, type Supersession } from './supersession.ts';
import { DEFAULT_THRESHOLDS, thresholdDaysOf, type Thresholds } from './thresholds.ts';

/** A credential with everything that is decided about it at one instant. */
export interface Assessed extends Credential {
  status: CredentialStatus;
  /** Whole days, rounded down; null where the end is unknown. */
  daysLeft: number | null;
  /** Null when nobody is to be told, which includes what the platform replaces by itself. */
  stage: number | null;
  supersededBy: string | null;
  supersession: Supersession;
  replacement: Replacement | null;
  /** Until when its holder works as a whole, whichever credential it uses; null where none is valid. */
  effectiveEndsAt: Date | null;
  /** What should have replaced itself has not, and the customer can do something about it. */
  renewalFailed: boolean;
  /** What its holder's owners ask for; null when they ask for nothing. */
  policy: Policy | null;
}

export interface AssessOptions {
  now: Date;
  thresholds?: Thresholds | undefined;
  /** Of the holder. */
  policy?: Policy | null;
}

/** The last days in which a successor should exist; application proxy and Entra Connect replace weeks earlier. */
const RENEWAL_OVERDUE_DAYS = 7;

/**
 * Decides status, stage and supersession for the credentials of one holder at `now`. Pure: no clock. A policy changes
 * the thresholds here; what it mutes still has its stage (mute.ts). The answer is in the order of the input.
 */
export function assess(
  credentials: readonly Credential[],
  { now, thresholds = DEFAULT_THRESHOLDS, policy = null }: AssessOptions,
): Assessed[] {
  const effectiveEndOf = effectiveEnds(credentials, now);
  return credentials.map((credential) => {
    const renewalFailed = hasFailedToRenew(credential, credentials, now);
    // Nobody signs in with a SAML certificate that is not the active one: nothing stops when it ends.
    const isQuiet =
      credential.isActive === false || (credential.selfRenewing !== null && !renewalFailed);
    const { supersededBy, supersession, replacement } = supersessionOf(
      credential,
      credentials,
      now,
    );
    // Written out: spreading objects for every credential of a tenant took most of a scan's time.
    return {
      id: credential.id,
      type: credential.type,
      keyId: credential.keyId,
      name: credential.name,
      hint: credential.hint,
      thumbprint: credential.thumbprint,
      startsAt: credential.startsAt,
      expiresAt: credential.expiresAt,
      holder: credential.holder,
      selfRenewing: credential.selfRenewing,
      isActive: credential.isActive,
      status: credentialStatusOf(credential, now),
      daysLeft: daysLeftOf(credential, now),
      stage: isQuiet
        ? null
        : stageOf(credential, now, thresholdDaysOf(credential.type, policy, thresholds)),
      supersededBy,
      supersession,
      replacement,
      effectiveEndsAt: effectiveEndOf(credential.type),
      renewalFailed,
      policy,
    };
  });
}

/** A federated credential has no end, which is not the same as an end that is unknown. */
function credentialStatusOf(credential: Credential, now: Date): CredentialStatus {
  if (credential.type === 'federatedCredential') return 'neverExpires';
  return statusOf(credential, now);
}

/** Three App Proxy secrets, one of them expired, are as it should be; only expired ones are not. */
function hasFailedToRenew(
  credential: Credential,
  credentials: readonly Credential[],
  now: Date,
): boolean {
  const { selfRenewing, expiresAt } = credential;
  if (selfRenewing === null || expiresAt === null) return false;
  if (statusOf(credential, now) === 'unknownExpiry' || !isOverdue(expiresAt, now)) return false;
  if ((selfRenewingRule(selfRenewing)?.whenItFails ?? null) === null) return false;
  return !credentials.some(
    (other) =>
      other.selfRenewing === selfRenewing &&
      other.type === credential.type &&
      other.expiresAt !== null &&
      !isOverdue(other.expiresAt, now),
  );
}

function isOverdue(expiresAt: Date, now: Date): boolean {
  return expiresAt.getTime() - now.getTime() <= RENEWAL_OVERDUE_DAYS * DAY_MS;
}
