import type { ConnectionStore } from '../connections/connection-store.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import type { Connection } from '../connections/connection.ts';
import { AppError } from '../errors.ts';
import type { BrokerDeps } from './broker-deps.ts';
import { withStateLease } from './with-state-lease.ts';

export interface ApproveSignInDeps extends Pick<BrokerDeps, 'states' | 'clock'> {
  connections: Pick<ConnectionStore, 'state' | 'setState'>;
}

/**
 * Accepts the account that waits for an administrator's word (security rule 12). The grant is released first, and only the
 * one that this account brought; the status follows, so that a crash between the two leaves something to approve again.
 * Throws `conflict` where nobody waits, or by now somebody else does.
 */
export async function approveSignIn(
  deps: ApproveSignInDeps,
  connection: Connection,
  objectId?: string,
): Promise<ConnectionState | null> {
  const { id: connectionId, instance } = connection;
  const state = await deps.connections.state(connection);
  if (state?.status !== 'pendingApproval') throw notWaiting();
  // Null where the provider does not say who it was (no OpenID): then every sign-in is approved anew.
  const who = state.awaitingApproval;
  if (objectId !== undefined && who?.objectId !== objectId) throw notWaiting();
  await withStateLease(deps, { connectionId, instance }, async (lease) => {
    const stored = await lease.read();
    if (stored === null || stored.state.generation !== state.generation) throw notWaiting();
    return lease.write({ ...stored.state, isApproved: true }, stored.etag);
  });
  return deps.connections.setState(connection, (now) =>
    now?.status !== 'pendingApproval' || now.generation !== state.generation
      ? null
      : {
          ...now,
          status: 'connected',
          statusReason: null,
          nextAction: null,
          since: deps.clock.now().toISOString(),
          authorizedBy: who,
          awaitingApproval: null,
        },
  );
}

function notWaiting(): AppError {
  return new AppError(
    'conflict',
    'This account does not wait for approval. Look who does; where nobody does, let somebody sign in anew.',
  );
}
