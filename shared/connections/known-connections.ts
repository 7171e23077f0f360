import type { Clock } from '../clock.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { ConnectionState } from './connection-status.ts';
import type { Connection } from './connection.ts';

/** A connection with how it is, as they were read together. */
export interface KnownConnection {
  connection: Connection;
  state: ConnectionState | null;
}

export interface KnownConnections {
  /** As it was at most 30 seconds ago (security rule 8); null where there is none. */
  get(id: string): Promise<KnownConnection | null>;
  /** What this process has just changed is read anew. */
  forget(id: string): void;
}

const CACHED_MS = 30_000;
/** Ids come from callers, who may make them up. */
const MAX_CACHED = 5_000;

/** No connection has such an instance. */
const NOTHING = 'none';

/** For the hot path: who may have a token is decided on records that are seldom read. */
export function knownConnections(
  connections: Pick<ConnectionStore, 'get' | 'state'>,
  clock: Pick<Clock, 'now'>,
): KnownConnections {
  const cached = new Map<string, { known: KnownConnection | null; readAtMs: number }>();
  return {
    get: async (id) => {
      const entry = cached.get(id);
      const nowMs = clock.now().getTime();
      if (entry !== undefined && nowMs - entry.readAtMs < CACHED_MS) return entry.known;
      const row = await connections.get(id);
      // Where there is none, the state of nothing is asked for as well: absent and forbidden take the same time (rule 4).
      const state = await connections.state(row?.value ?? { id, instance: NOTHING });
      const known = row === null ? null : { connection: row.value, state };
      if (cached.size >= MAX_CACHED) cached.clear();
      cached.set(id, { known, readAtMs: nowMs });
      return known;
    },
    forget: (id) => void cached.delete(id),
  };
}
