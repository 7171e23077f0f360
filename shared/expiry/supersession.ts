import type { Credential, CredentialType } from '../credentials/credential.ts';
import { statusOf } from './status.ts';

/**
 * Whether something has been created to take a credential's place. `replacementUnproven`: it exists, and nobody knows
 * whether it is in use, so warnings go on in other words. Only `replacementInUse` mutes, and only proof gives it.
 */
export type Supersession = 'none' | 'replacementUnproven' | 'replacementInUse';

export interface Superseded {
  /** keyId of the replacement (its id where it has no keyId); null when there is none. */
  supersededBy: string | null;
  supersession: Supersession;
  replacement: Replacement | null;
}

/** What was made to take a credential's place. */
export type Replacement = Pick<Credential, 'keyId' | 'name' | 'hint' | 'startsAt' | 'expiresAt'>;

/** Kinds where a holder's newer credential is meant to replace an older one of the same kind. */
const REPLACEABLE: readonly CredentialType[] = [
  'clientSecret',
  'certificate',
  'samlSigningCertificate',
];

/**
 * Finds the best replacement among the other credentials of the same holder: of the same kind, not expired, started
 * later and ending later. One that works now wins over one that is yet to start, then the one that ends last. What the
 * platform replaces by itself neither supersedes nor is superseded; without a start date nothing is claimed.
 */
export function supersessionOf(
  credential: Credential,
  credentials: readonly Credential[],
  now: Date,
): Superseded {
  if (credentials.length < 2 || !isReplaceable(credential)) return NOTHING;
  let best: Credential | null = null;
  for (const other of credentials) {
    if (!isReplacement(other, credential, now)) continue;
    if (best === null || isBetter(other, best, now)) best = other;
  }
  if (best === null) return NOTHING;
  const { keyId, name, hint, startsAt, expiresAt } = best;
  return {
    supersededBy: best.keyId ?? best.id,
    supersession: 'replacementUnproven',
    replacement: { keyId, name, hint, startsAt, expiresAt },
  };
}

const NOTHING: Superseded = { supersededBy: null, supersession: 'none', replacement: null };

function isReplaceable({ type, selfRenewing }: Credential): boolean {
  return selfRenewing === null && REPLACEABLE.includes(type);
}

function isReplacement(other: Credential, credential: Credential, now: Date): boolean {
  if (other === credential || other.type !== credential.type || !isReplaceable(other)) return false;
  if (!isLater(other.startsAt, credential.startsAt)) return false;
  if (!isLater(other.expiresAt, credential.expiresAt)) return false;
  const status = statusOf(other, now);
  return status !== 'expired' && status !== 'unknownExpiry';
}

function isLater(date: Date | null, than: Date | null): boolean {
  return date !== null && than !== null && date.getTime() > than.getTime();
}

function isBetter(candidate: Credential, best: Credential, now: Date): boolean {
  const candidateWorks = statusOf(candidate, now) !== 'notYetValid';
  if (candidateWorks !== (statusOf(best, now) !== 'notYetValid')) return candidateWorks;
  if (isLater(candidate.expiresAt, best.expiresAt)) return true;
  if (isLater(best.expiresAt, candidate.expiresAt)) return false;
  // Any order will do as long as it is the same in every run.
  return candidate.id < best.id;
}
