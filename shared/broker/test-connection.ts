import type { ConnectionStore } from '../connections/connection-store.ts';
import type { Connection } from '../connections/connection.ts';
import type { KnownConnection } from '../connections/known-connections.ts';
import { probeService, type Probe } from '../connections/probe-service.ts';
import type { Egress } from '../egress.ts';
import type { TokenBroker } from './acquire-token.ts';
import type { Outcome } from './broker-deps.ts';
import { refusalIn } from './refusal-in.ts';
import { holderOf } from './holder-of.ts';

export interface TestConnectionDeps {
  connections: Pick<ConnectionStore, 'state'>;
  tokens: TokenBroker;
  egress: Egress;
}

/** `noToken`: there was nothing to ask the service with. */
export type ConnectionTest = Probe | { ok: 'noToken'; outcome: Extract<Outcome, { ok: false }> };

/**
 * Proves a connection: a token by the stored grant, whatever its status says (a success restores `connected`), and one
 * light call with it. Only a sign-in that nobody has approved is not used.
 */
export async function testConnection(
  { connections, tokens, egress }: TestConnectionDeps,
  { connection, state }: KnownConnection,
): Promise<ConnectionTest> {
  const holder = holderOf(connection, state?.generation ?? 0);
  const outcome = await tokens.acquire(holder, { minTtlSeconds: 60, force: true });
  const refused = refusalIn(outcome);
  if (refused?.reason === 'tooSoon')
    return onceMore({ connections, tokens, egress }, connection, refused);
  if (refused !== null) return { ok: 'noToken', outcome: refused };
  return outcome.ok
    ? probeService(egress, connection, outcome.token.value)
    : { ok: 'noToken', outcome };
}

/** A new secret is tried all the same; where nothing new is known, what the forced one came to stands in the status. */
async function onceMore(
  { connections, tokens, egress }: TestConnectionDeps,
  connection: Connection,
  refused: Extract<Outcome, { ok: false }>,
): Promise<ConnectionTest> {
  const again = await tokens.acquire(holderOf(connection, 0), { minTtlSeconds: 60 });
  if (!again.ok) return { ok: 'noToken', outcome: again };
  const now = await connections.state(connection);
  return now?.status === 'connected'
    ? probeService(egress, connection, again.token.value)
    : { ok: 'noToken', outcome: refused };
}
