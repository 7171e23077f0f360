import type { CredentialType } from '../credentials/credential.ts';
import type { Supersession } from './supersession.ts';
import { DAY_MS } from './status.ts';

/** What decides whether something can go. Instants are ISO 8601. */
export interface Leftover {
  type: CredentialType;
  status: string;
  expiresAt: string | null;
  selfRenewing: string | null;
  supersession: Supersession;
  effectiveEndsAt: string | null;
}

/** Something that may be deleted, and why that breaks nothing. */
export interface CleanUp {
  because: 'endedLongAgo' | 'replacedAndEnded' | 'replacedAndUnused';
  /** In words, for the digest and the list of findings. */
  words: string;
}

/**
 * What nobody needs any more, or null. What ended cannot sign in; it is suggested once nobody is told about it any more
 * (four weeks), or at once where its replacement is proven to be in use. What still works is suggested only with that
 * proof, and what the platform renews never: it keeps old ones on purpose.
 */
export function cleanUpOf(leftover: Leftover, now: Date): CleanUp | null {
  const { type, status, expiresAt, selfRenewing, supersession, effectiveEndsAt } = leftover;
  if (selfRenewing !== null || expiresAt === null || !DELETABLE.includes(type)) return null;
  const isReplaced = supersession === 'replacementInUse';
  if (status !== 'expired') return isReplaced ? REPLACED_AND_UNUSED : null;
  if (isReplaced) return REPLACED_AND_ENDED;
  const agoDays = Math.floor((now.getTime() - Date.parse(expiresAt)) / DAY_MS);
  if (agoDays < LONG_AGO_DAYS) return null;
  const rest =
    effectiveEndsAt === null
      ? 'Nothing else of this application works either: if nobody misses it, the whole application may go.'
      : 'The application has another one that works.';
  return {
    because: 'endedLongAgo',
    words: `Safe to delete: it ended ${agoDays} days ago and cannot be used to sign in. ${rest}`,
  };
}

const LONG_AGO_DAYS = 35;
const DELETABLE: readonly CredentialType[] = [
  'clientSecret',
  'certificate',
  'samlSigningCertificate',
];

const REPLACED_AND_UNUSED: CleanUp = {
  because: 'replacedAndUnused',
  words:
    'Safe to delete: its replacement is in use everywhere on record. If you are not sure that the record is complete, wait for its end.',
};
const REPLACED_AND_ENDED: CleanUp = {
  because: 'replacedAndEnded',
  words: 'Safe to delete: it has ended, and its replacement is in use.',
};
