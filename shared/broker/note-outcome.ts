import type { ConnectionStore } from '../connections/connection-store.ts';
import { newConnectionState, type ConnectionState } from '../connections/connection-status.ts';
import type { Connection } from '../connections/connection.ts';
import type { Clock } from '../clock.ts';
import type { Outcome } from './broker-deps.ts';
import type { GrantFailure } from './grant-state.ts';

export interface NoteOutcomeDeps {
  connections: Pick<ConnectionStore, 'setState'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Lets a connection's status follow what its provider said (design §5). A success ends every trouble; a failure says what
 * it is and what to do; waiting for somebody is left as it is. Writes only what changes.
 */
export async function noteOutcome(
  { connections, clock }: NoteOutcomeDeps,
  connection: Pick<Connection, 'id' | 'instance' | 'grantType'>,
  outcome: Outcome,
): Promise<void> {
  const now = clock.now();
  if (outcome.ok && outcome.staleBecause === null) {
    await connections.setState(connection, (state) => succeeded(state, outcome, now));
    return;
  }
  const failure = outcome.ok ? outcome.staleBecause : failureIn(outcome);
  if (failure === null) return;
  await connections.setState(connection, (state) => failed(state, failure, now));
}

function failureIn(outcome: Extract<Outcome, { ok: false }>): GrantFailure | null {
  return outcome.reason === 'failed' ? outcome.failure : null;
}

function succeeded(
  state: ConnectionState | null,
  { generation, proof }: Extract<Outcome, { ok: true }>,
  now: Date,
): ConnectionState | null {
  const before = state ?? newConnectionState(now);
  if (before.status === 'pendingApproval') return null;
  const workingSecret = proof ?? before.workingSecret;
  const isSame = before.generation === generation && before.workingSecret === workingSecret;
  if (before.status === 'connected' && isSame) return null;
  const since = before.status === 'connected' ? before.since : now.toISOString();
  return {
    ...before,
    status: 'connected',
    statusReason: null,
    nextAction: null,
    code: null,
    since,
    generation,
    workingSecret,
  };
}

function failed(
  state: ConnectionState | null,
  { status, title, nextAction, code, signInFrequencySeconds }: GrantFailure,
  now: Date,
): ConnectionState | null {
  const before = state ?? newConnectionState(now);
  if (before.status === 'pendingApproval') return null;
  if (before.status === status && before.code === code) return null;
  return {
    ...before,
    status,
    statusReason: title,
    nextAction,
    code,
    signInFrequencySeconds: signInFrequencySeconds ?? before.signInFrequencySeconds,
    since: before.status === status ? before.since : now.toISOString(),
  };
}
