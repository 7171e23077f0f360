import type { ConnectionStore } from '../connections/connection-store.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import { applicationOf, type Connection } from '../connections/connection.ts';
import type { KnownConnections } from '../connections/known-connections.ts';
import { addSecret } from '../connections/add-secret.ts';
import type { SecretVault } from '../connections/secret-vault.ts';
import type { Clock } from '../clock.ts';
import { reasonOf } from '../failure-text.ts';
import type { Log } from '../log.ts';
import type { TokenBroker } from './acquire-token.ts';
import { holderOf } from './holder-of.ts';

export interface ResumeDeps {
  connections: ConnectionStore;
  vault: SecretVault;
  tokens: TokenBroker;
  known: Pick<KnownConnections, 'forget'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

interface Known {
  connection: Connection;
  state: ConnectionState | null;
}

/**
 * Gives connections whose secret is refused a newer one that has got tokens for the same application at the same API
 * (security rule 10: what secrets are bound to), and tries it: who enters a new secret in one connection has entered it
 * for all. May be repeated at any point. Gives how many work again. Throws `storage_unavailable`.
 */
export async function resumeConnections(deps: ResumeDeps): Promise<number> {
  const all: Known[] = [];
  for await (const { value } of deps.connections.list())
    all.push({ connection: value, state: await deps.connections.state(value) });
  let resumed = 0;
  for (const one of all) {
    const secret = isWaiting(one) ? newerSecretFor(one.connection, all) : null;
    if (secret !== null && (await resumeSafely(deps, one, secret))) resumed += 1;
  }
  return resumed;
}

function isWaiting({ connection, state }: Known): boolean {
  return state?.status === 'appCredentialBroken' && connection.credential.type === 'secret';
}

type Secret = Connection['secrets'][number];

/** The newest secret that another connection of the same application works with, and that is newer than its own. */
function newerSecretFor(waiting: Connection, all: readonly Known[]): Secret | null {
  const own = waiting.secrets[0]?.addedAt ?? '';
  const newer = all.flatMap(({ connection, state }) => {
    const isSame = applicationOf(connection) === applicationOf(waiting);
    if (!isSame || state?.status !== 'connected') return [];
    return connection.secrets.filter(
      ({ version, addedAt }) => version === state.workingSecret && addedAt > own,
    );
  });
  return newer.toSorted((a, b) => (a.addedAt < b.addedAt ? 1 : -1))[0] ?? null;
}

/** One connection's trouble is its own; the next sweep tries again. */
async function resumeSafely(deps: ResumeDeps, one: Known, secret: Secret): Promise<boolean> {
  try {
    return await resume(deps, one, secret);
  } catch (error) {
    deps.log.warn('a connection could not take over a secret that works for its application', {
      connectionId: one.connection.id,
      reason: reasonOf(error),
    });
    return false;
  }
}

async function resume(
  deps: ResumeDeps,
  { connection, state }: Known,
  secret: Secret,
): Promise<boolean> {
  const value = await deps.vault.get(secret);
  const changed = value === null ? null : await addSecret(deps, connection, value);
  if (changed === null) return false;
  deps.log.info('a connection takes over a secret that works for its application', {
    connectionId: connection.id,
  });
  deps.known.forget(connection.id);
  const holder = holderOf(changed, state?.generation ?? 0);
  const outcome = await deps.tokens.acquire(holder, { minTtlSeconds: 60 });
  return outcome.ok && outcome.staleBecause === null;
}
