import type { GrantState } from './grant-state.ts';

/** Names the state of one connection. A connection that is made anew under an old id is another instance. */
export interface GrantKey {
  connectionId: string;
  instance: string;
}

export interface StoredState {
  state: GrantState;
  etag: string;
}

/** Where instances share what they know of grants. Throws AppError `storage_unavailable`. */
export interface GrantStateStore {
  /** Null before the first write. */
  read(key: GrantKey): Promise<StoredState | null>;
  /** The right to write, for 60 seconds; null while somebody else has it. */
  lease(key: GrantKey): Promise<StateLease | null>;
}

/** The right to write one state. Every write also names the version that it replaces. */
export interface StateLease {
  /** When it ends unless it is renewed, by our clock and a little early. */
  endsAt(): Date;
  read(): Promise<StoredState | null>;
  /**
   * Writes over the version with this etag (null: over nothing). Gives the new etag, or null when that version is not
   * the newest any more, or the lease is lost: read again, and decide anew.
   */
  write(state: GrantState, etag: string | null): Promise<string | null>;
  /** Begins the 60 seconds anew; false when somebody else has it by now. */
  renew(): Promise<boolean>;
  /** Removes the state for good. False when the lease is lost. */
  remove(): Promise<boolean>;
  /** Never throws, and never releases somebody else's. */
  release(): Promise<void>;
}

/** Lease of a blob: 15 to 60 seconds (Microsoft Learn, "Lease Blob"). */
export const LEASE_MS = 60_000;
