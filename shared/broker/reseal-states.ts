import type { ConnectionStore } from '../connections/connection-store.ts';
import type { Connection } from '../connections/connection.ts';
import { reasonOf } from '../failure-text.ts';
import type { BrokerDeps } from './broker-deps.ts';
import { sealedForHolder } from './grant-holder.ts';
import type { GrantState } from './grant-state.ts';
import { holderOf } from './holder-of.ts';
import { open, seal, type Sealed, type SealedFor } from './sealing.ts';

export interface ResealDeps extends Pick<BrokerDeps, 'states' | 'sealing' | 'randomBytes' | 'log'> {
  connections: Pick<ConnectionStore, 'list'>;
}

export interface Resealed {
  /** States that were sealed anew. */
  resealed: number;
  /** States that somebody else held, or that failed: the next sweep takes them up. */
  unsealed: number;
}

/**
 * Seals every state anew that an older key than the current one has sealed, each under its lease (security rule 17). The
 * older key opens until then, and a state that is never reached keeps opening with it. What does not open stays as it
 * is: it counts as absent, and the next refresh writes over it.
 */
export async function resealStates(deps: ResealDeps): Promise<Resealed> {
  const counts: Resealed = { resealed: 0, unsealed: 0 };
  for await (const { value: connection } of deps.connections.list()) {
    try {
      const result = await resealOne(deps, connection);
      if (result !== 'current') counts[result] += 1;
    } catch (error) {
      counts.unsealed += 1;
      deps.log.warn('a state could not be sealed anew', {
        connectionId: connection.id,
        reason: reasonOf(error),
      });
    }
  }
  return counts;
}

async function resealOne(
  deps: ResealDeps,
  connection: Connection,
): Promise<'current' | 'resealed' | 'unsealed'> {
  const holder = holderOf(connection, 0);
  const { keyId } = await deps.sealing.current();
  const seen = await deps.states.read(holder);
  if (seen === null || !isOlder(seen.state, keyId)) return 'current';
  const lease = await deps.states.lease(holder);
  if (lease === null) return 'unsealed';
  try {
    const stored = await lease.read();
    if (stored === null || !isOlder(stored.state, keyId)) return 'current';
    const state = await sealedAnew(deps, connection, stored.state);
    if (state === stored.state) return 'current';
    return (await lease.write(state, stored.etag)) === null ? 'unsealed' : 'resealed';
  } finally {
    await lease.release();
  }
}

function isOlder({ refreshToken, accessToken }: GrantState, keyId: string): boolean {
  return [refreshToken, accessToken?.sealed ?? null].some(
    (sealed) => sealed !== null && sealed.keyId !== keyId,
  );
}

/** The same object where nothing opens. */
async function sealedAnew(
  deps: ResealDeps,
  connection: Connection,
  state: GrantState,
): Promise<GrantState> {
  const { generation, refreshToken, accessToken } = state;
  const holder = holderOf(connection, generation);
  const newRefreshToken = await anew(
    deps,
    refreshToken,
    sealedForHolder(holder, { purpose: 'refreshToken', generation, expiresAt: '' }),
  );
  const newAccessToken = await anew(
    deps,
    accessToken?.sealed ?? null,
    sealedForHolder(holder, {
      purpose: 'accessToken',
      generation,
      expiresAt: accessToken?.expiresAt ?? '',
    }),
  );
  if (newRefreshToken === null && newAccessToken === null) return state;
  return {
    ...state,
    refreshToken: newRefreshToken ?? refreshToken,
    accessToken:
      accessToken === null || newAccessToken === null
        ? accessToken
        : { ...accessToken, sealed: newAccessToken },
  };
}

/** Null where there is nothing that opens, or nothing to do. */
async function anew(
  { sealing, randomBytes }: ResealDeps,
  sealed: Sealed | null,
  sealedFor: SealedFor,
): Promise<Sealed | null> {
  const key = await sealing.current();
  if (sealed === null || sealed.keyId === key.keyId) return null;
  const old = await sealing.byId(sealed.keyId);
  const text = old === null ? null : open(sealed, sealedFor, old);
  return text === null ? null : seal(text, sealedFor, { key, randomBytes });
}
