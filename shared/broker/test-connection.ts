import type { KnownConnection } from '../connections/known-connections.ts';
import { probeService, type Probe } from '../connections/probe-service.ts';
import type { Egress } from '../egress.ts';
import type { TokenBroker } from './acquire-token.ts';
import type { Outcome } from './broker-deps.ts';
import { refusalIn } from './refusal-in.ts';
import { holderOf } from './holder-of.ts';

export interface TestConnectionDeps {
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
  { tokens, egress }: TestConnectionDeps,
  { connection, state }: KnownConnection,
): Promise<ConnectionTest> {
  const holder = holderOf(connection, state?.generation ?? 0);
  const forced = await tokens.acquire(holder, { minTtlSeconds: 60, force: true });
  // Forced a moment ago already: what that came to stands in the status.
  const outcome =
    !forced.ok && forced.reason === 'tooSoon' && state?.status === 'connected'
      ? await tokens.acquire(holder, { minTtlSeconds: 60 })
      : forced;
  const refused = refusalIn(outcome);
  if (refused !== null) return { ok: 'noToken', outcome: refused };
  return outcome.ok
    ? probeService(egress, connection, outcome.token.value)
    : { ok: 'noToken', outcome };
}
