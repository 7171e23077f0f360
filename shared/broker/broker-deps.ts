import type { Clock } from '../clock.ts';
import type { SecretVault } from '../connections/secret-vault.ts';
import type { Log } from '../log.ts';
import type { AccessToken } from './access-token.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { GrantStateStore } from './grant-state-store.ts';
import type { GrantFailure } from './grant-state.ts';
import type { SealingKeys } from './sealing-keys.ts';
import type { ClientProof, TokenProvider } from './token-provider.ts';
import type { UnsavedGrants } from './unsaved-grants.ts';

export interface BrokerDeps {
  states: GrantStateStore;
  vault: SecretVault;
  sealing: SealingKeys;
  providerOf: (holder: GrantHolder) => TokenProvider;
  /** The application's secrets, certificates or assertions in the order in which to try them. */
  proofsOf: (holder: GrantHolder) => Promise<ClientProof[]>;
  /** Told of every outcome, so that the connection's status follows it; must not throw. */
  outcomeOf: (holder: GrantHolder, outcome: Outcome) => Promise<void>;
  clock: Clock;
  /** Between 0 and 1. */
  random: () => number;
  randomBytes: (size: number) => Uint8Array;
  log: Log;
}

/** With what one process remembers. */
export interface SharedDeps extends BrokerDeps {
  unsaved: UnsavedGrants;
}

export interface Wanted {
  /** The least life of the token in seconds, at most 3000 (security rule 19). */
  minTtlSeconds: number;
  /** Asks the provider whatever is remembered, at most once a minute. */
  force?: boolean;
}

/** What asking for a token came to. */
export type Outcome =
  | {
      ok: true;
      token: AccessToken;
      generation: number;
      /** The proof that got it; null for a token that was there. */
      proof: string | null;
      staleBecause: GrantFailure | null;
    }
  /** Nobody has signed in yet. */
  | { ok: false; reason: 'noGrant' }
  /** Somebody signed in whom no administrator has approved. */
  | { ok: false; reason: 'unapproved' }
  /** The provider said no, or nothing. */
  | { ok: false; reason: 'failed'; failure: GrantFailure }
  /** Another instance is at it and has not come to an end in time. */
  | { ok: false; reason: 'busy'; retryAfterSeconds: number }
  /** A forced refresh, less than a minute after the last one. */
  | { ok: false; reason: 'tooSoon'; retryAfterSeconds: number };
