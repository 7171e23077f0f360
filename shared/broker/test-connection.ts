import type { KnownConnection } from '../connections/known-connections.ts';
import { probeService, type Probe } from '../connections/probe-service.ts';
import type { Egress } from '../egress.ts';
import type { TokenBroker } from './acquire-token.ts';
import type { Outcome } from './broker-deps.ts';
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
  const isWell = state?.status === 'connected';
  const first = await tokens.acquire(holder, { minTtlSeconds: 60, force: !isWell });
  const outcome =
    !first.ok && first.reason === 'tooSoon'
      ? await tokens.acquire(holder, { minTtlSeconds: 60 })
      : first;
  if (!outcome.ok) return { ok: 'noToken', outcome };
  return probeService(egress, connection, outcome.token.value);
}
