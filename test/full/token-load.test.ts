import { randomBytes } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenBroker } from '../../shared/broker/acquire-token.ts';
import { blobGrantStates } from '../../shared/broker/blob-grant-state-store.ts';
import type { BrokerDeps, Outcome } from '../../shared/broker/broker-deps.ts';
import type { GrantHolder } from '../../shared/broker/grant-holder.ts';
import { saveGrant } from '../../shared/broker/save-grant.ts';
import type { TokenProvider, TokenSet } from '../../shared/broker/token-provider.ts';
import { vaultSealingKeys } from '../../shared/broker/vault-sealing-keys.ts';
import { systemClock } from '../../shared/clock.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { createLog } from '../../shared/log.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { startAzurite, type Azurite } from '../support/azurite.ts';
import { HOLDER, secretProof } from '../support/broker.ts';

const REQUESTS = 10_000;
const AT_ONCE = 512;
const HOSTS = 4;
const CONNECTIONS = 8;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const tokens = (accessToken: string, refreshToken: string): TokenSet => ({
  accessToken,
  expiresInSeconds: 3600,
  refreshInSeconds: null,
  scope: 's',
  refreshToken,
  identity: null,
});

/** Takes as long as Entra does, and counts. */
function slowProvider() {
  const refreshes = new Map<string, string[]>();
  const provider: TokenProvider = {
    keepsOldRefreshToken: false,
    redeemCode: () => Promise.reject(new Error('nobody signs in here')),
    clientCredentials: () => Promise.reject(new Error('nobody asks for this here')),
    refresh: async ({ client: { connectionId }, refreshToken }) => {
      const used = refreshes.get(connectionId) ?? [];
      refreshes.set(connectionId, [...used, refreshToken]);
      await systemClock.sleep(200);
      const number = used.length + 1;
      return { ok: true, tokens: tokens(`at-${connectionId}-${number}`, `rt-${number}`) };
    },
  };
  return { refreshes, provider };
}

/** A host of its own: what it shares with the others lies in Azurite, in the vault and in the tables. */
function newHost(shared: Pick<BrokerDeps, 'vault' | 'providerOf'>, tables = memoryTables()) {
  const deps: BrokerDeps = {
    ...shared,
    states: blobGrantStates({
      connect: () =>
        BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
          'grants',
        ),
      clock: systemClock,
    }),
    sealing: vaultSealingKeys({
      vault: shared.vault,
      openTable: tables.open,
      clock: systemClock,
      randomBytes,
    }),
    proofsOf: async () => [secretProof('v1')],
    outcomeOf: async () => undefined,
    clock: systemClock,
    random: Math.random,
    randomBytes,
    log: createLog(() => undefined),
  };
  return { deps, broker: createTokenBroker(deps) };
}

describe('ten thousand requests for expired tokens, 512 at a time, over four hosts and one storage', () => {
  it('cost one refresh per connection', async () => {
    const { refreshes, provider } = slowProvider();
    const tables = memoryTables();
    const shared = { vault: memorySecretVault(), providerOf: () => provider };
    const hosts = Array.from({ length: HOSTS }, () => newHost(shared, tables));
    const holders = await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, index): Promise<GrantHolder> => {
        const holder = { ...HOLDER, connectionId: `bc-${index}` };
        const generation = await saveGrant(newHost(shared, tables).deps, holder, {
          tokens: tokens('an-expired-one', 'rt-0'),
          // Two hours ago.
          askedAt: new Date(Date.now() - 7_200_000),
          grantId: `consent-${index}`,
          isApproved: true,
        });
        return { ...holder, generation };
      }),
    );
    const counts: Record<string, number> = {};
    const ask = async (index: number): Promise<Outcome> => {
      const [host, holder] = [hosts[index % HOSTS], holders[(index >> 2) % CONNECTIONS]];
      if (host === undefined || holder === undefined) throw new Error('nobody to ask');
      return host.broker.acquire(holder, { minTtlSeconds: 300 });
    };
    const startedMs = Date.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < REQUESTS) {
        next += 1;
        const outcome = await ask(next);
        const name = outcome.ok ? outcome.token.value : outcome.reason;
        counts[name] = (counts[name] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    console.info(`${REQUESTS} requests in ${Date.now() - startedMs} ms: ${JSON.stringify(counts)}`);
    expect(Object.keys(counts).toSorted()).toEqual(
      holders.map(({ connectionId }) => `at-${connectionId}-1`),
    );
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect(Object.fromEntries(refreshes)).toEqual(
      Object.fromEntries(holders.map(({ connectionId }) => [connectionId, ['rt-0']])),
    );
  });
});
