import type { RecordedConsumer } from '../credentials/credential.ts';
import { isOwnConnection } from '../credentials/recorded-consumers.ts';
import { DAY_MS } from './status.ts';
import type { Replacement, Supersession } from './supersession.ts';

/**
 * When a secret was last used to sign in, by keyId in lower case, as the directory reports it: up to a day late, and
 * null proves nothing.
 */
type LastSeen = (keyId: string) => Date | null;

/** What is known about who uses an application's secrets. */
export interface Evidence {
  consumers: readonly RecordedConsumer[];
  /** Null where sign-in activity is not read. */
  lastSeen: LastSeen | null;
}

/** How far it is proven that a replacement is in use. Instants are ISO 8601. */
export interface Proof {
  /** The rung of the ladder that proves it (design §4); null while nothing does. */
  by: 'connections' | 'signIns' | 'consumers' | null;
  /** When the old one and the new one were last seen, up to a day late; null where that was not read or not seen. */
  oldSeenAt: string | null;
  newSeenAt: string | null;
  /** The last time that somebody said where it was entered, and who. */
  saidAt: string | null;
  saidBy: string | null;
  /** The old one was used after somebody said that the new one was entered. */
  stillUsed: boolean;
  /** Places on record that nothing proves. People's texts: encode per sink. */
  unproven: string[];
}

export interface Question {
  /** keyId of the one that ends. */
  keyId: string | null;
  replacement: Replacement;
  /** keyIds, in lower case, of the holder's other credentials that have not ended. */
  otherKeyIds: readonly string[];
  now: Date;
}

/**
 * Climbs the ladder: every place on record, Keyturn's own connections among them, must be proven to hold the replacement, or the
 * directory must show that the new one is used and the old one has not been for a week. What the directory shows beats
 * what people say. Pure.
 */
export function proofOf(
  question: Question,
  evidence: Evidence,
): { supersession: Supersession; proof: Proof } {
  const seen = seenOf(question, evidence);
  const said = lastWordOf(question, evidence);
  const silent = evidence.consumers.filter((one) => !isEntered(one, question));
  const stillUsed = isAfter(seen.old, said?.at ?? null, SAME_HOUR_MS);
  const proof: Proof = {
    by: null,
    oldSeenAt: isoOf(seen.old),
    newSeenAt: isoOf(seen.new),
    saidAt: said === null ? null : said.at.toISOString(),
    saidBy: said?.by ?? null,
    stillUsed,
    unproven: silent.map(({ name }) => name),
  };
  const by = rungOf({ question, evidence, seen, said, silent });
  return {
    supersession: by === null ? 'replacementUnproven' : 'replacementInUse',
    proof: by === null ? proof : { ...proof, by, stillUsed: false, unproven: [] },
  };
}

/** So long must the old one be out of use: a job that runs weekly has had its turn. */
const QUIET_MS = 7 * DAY_MS;
/** A sign-in shows a day late at most; another day lets the daily job run. */
const SHOWN_AFTER_MS = 2 * DAY_MS;
/** Somebody who says so at ten may have saved it at a quarter past. */
const SAME_HOUR_MS = 3_600_000;

interface Seen {
  old: Date | null;
  new: Date | null;
}

interface Word {
  at: Date;
  by: string | null;
}

interface Climb {
  question: Question;
  evidence: Evidence;
  seen: Seen;
  said: Word | null;
  silent: readonly RecordedConsumer[];
}

function rungOf({ question, evidence, seen, said, silent }: Climb): Proof['by'] {
  // What Keyturn itself still signs in with, it knows better than the directory.
  if (silent.some(isOwnConnection)) return null;
  if (isQuiet(seen, question)) return 'signIns';
  const { consumers } = evidence;
  // Without anything on record there may be users that nobody knows of.
  if (silent.length > 0 || consumers.length === 0) return null;
  if (isContradicted(seen, said, question)) return null;
  return consumers.every(isOwnConnection) ? 'connections' : 'consumers';
}

/** The new one is used, and the old one, which must have been seen at all, has not been used since for a week. */
function isQuiet(seen: Seen, { replacement, now }: Question): boolean {
  if (seen.old === null || seen.new === null) return false;
  const startsAt = replacement.startsAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return (
    seen.new.getTime() >= startsAt &&
    seen.new > seen.old &&
    now.getTime() - seen.old.getTime() >= QUIET_MS
  );
}

/**
 * Whether the directory speaks against what people said, or cannot yet speak for it: the old one was used after they
 * said so, or was in use so lately that a later use may not show yet.
 */
function isContradicted({ old }: Seen, said: Word | null, { now }: Question): boolean {
  if (old === null || said === null) return false;
  if (isAfter(old, said.at, SAME_HOUR_MS)) return true;
  const isLately = now.getTime() - old.getTime() < QUIET_MS;
  return isLately && now.getTime() - said.at.getTime() < SHOWN_AFTER_MS;
}

function seenOf({ keyId, replacement }: Question, { lastSeen }: Evidence): Seen {
  const of = (id: string | null) => (id === null ? null : (lastSeen?.(id.toLowerCase()) ?? null));
  return { old: of(keyId), new: of(replacement.keyId) };
}

/** The latest word about the new one. Where only the secret is on record, it was entered when it began. */
function lastWordOf(question: Question, { consumers }: Evidence): Word | null {
  const words = consumers
    .filter((one) => isEntered(one, question))
    .map((one) => ({
      at: instantOf(one.confirmedAt ?? one.enteredAt) ?? question.replacement.startsAt,
      by: one.confirmedBy,
    }));
  const dated = words.flatMap(({ at, by }) => (at === null ? [] : [{ at, by }]));
  return dated.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
}

/**
 * A place that holds a third secret of the application, which works, does not mind the end of the old one. A record of
 * one that has ended is out of date: the place may well have been given the old one since.
 */
function holdsAnother(keyId: string, { replacement, otherKeyIds }: Question): boolean {
  return isSame(keyId, replacement.keyId) || otherKeyIds.includes(keyId.toLowerCase());
}

function isEntered(
  { keyId, enteredAt, confirmedAt }: RecordedConsumer,
  question: Question,
): boolean {
  if (keyId !== null) return holdsAnother(keyId, question);
  const { replacement } = question;
  const at = instantOf(enteredAt ?? confirmedAt);
  return at !== null && replacement.startsAt !== null && at >= replacement.startsAt;
}

function isSame(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one.toLowerCase() === other.toLowerCase();
}

function isAfter(one: Date | null, other: Date | null, byMs: number): boolean {
  return one !== null && other !== null && one.getTime() > other.getTime() + byMs;
}

function instantOf(iso: string | null): Date | null {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? null : new Date(at);
}

function isoOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
