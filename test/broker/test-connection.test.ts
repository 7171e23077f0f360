import { describe, expect, it } from 'vitest';
import { testConnection } from '../../shared/broker/test-connection.ts';
import {
  newConnectionState,
  type ConnectionState,
} from '../../shared/connections/connection-status.ts';
import type { Egress } from '../../shared/egress.ts';
import { brokerWorld, HOLDER, refusal } from '../support/broker.ts';
import { connection } from '../support/connections.ts';

async function world() {
  const broker = await brokerWorld();
  const asked: { url: string; authorization: string | undefined }[] = [];
  const egress: Egress = async ({ url, headers }) => {
    asked.push({ url, authorization: headers?.['authorization'] });
    return { status: 200, headers: {}, text: '{"value":[{"Name":"CRONUS","Id":"1"}]}' };
  };
  const tokens = broker.newBroker();
  const test = (status: ConnectionState['status'] = 'connected') => {
    const state = { ...newConnectionState(broker.clock.now()), status };
    const connections = { state: async () => state };
    return testConnection({ connections, tokens, egress }, { connection: connection(), state });
  };
  return { ...broker, asked, tokens, test };
}

describe('a test of a connection', () => {
  it('gets a new token although one is remembered, and lists companies with it', async () => {
    const { test, tokens, provider, asked } = await world();
    await tokens.acquire(HOLDER, { minTtlSeconds: 60 });
    expect(await test()).toEqual({
      ok: true,
      companies: [{ id: '1', name: 'CRONUS', displayName: 'CRONUS' }],
      warnings: [],
    });
    expect(provider.asked).toHaveLength(2);
    expect(asked).toEqual([
      {
        url: `https://api.businesscentral.dynamics.com/v2.0/${HOLDER.tenantId}/Production/ODataV4/Company`,
        authorization: 'Bearer at-2',
      },
    ]);
  });

  it('fails for a secret that has ended, whatever token callers still get, and asks nobody with it', async () => {
    const { test, tokens, provider, asked } = await world();
    await tokens.acquire(HOLDER, { minTtlSeconds: 60 });
    provider.script.push(refusal('invalid_client', 7000222, 401));
    expect(await test()).toMatchObject({
      ok: 'noToken',
      outcome: {
        reason: 'failed',
        failure: {
          status: 'appCredentialBroken',
          nextAction: expect.stringContaining('enter its Value'),
        },
      },
    });
    // Again within the minute: the same, without asking again.
    expect(await test('appCredentialBroken')).toMatchObject({ ok: 'noToken' });
    expect(provider.asked).toHaveLength(2);
    expect(asked).toEqual([]);
  });
});
