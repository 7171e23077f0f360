import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NO_GRANT } from '../../shared/broker/grant-state.ts';
import { newSealingKey } from '../../shared/broker/new-sealing-key.ts';
import { vaultSealingKeys } from '../../shared/broker/vault-sealing-keys.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { keyVaultSecretVault } from '../../shared/connections/key-vault-secret-vault.ts';
import type { SecretVault } from '../../shared/connections/secret-vault.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER } from '../support/broker.ts';
import { connection } from '../support/connections.ts';
import { testCloud } from '../support/local-cloud.ts';
import { vaultClient } from '../support/vault-client.ts';

const WANTED = { minTtlSeconds: 300 };
const HOUR_MS = 3_600_000;

/** An installation that has been at work with a key vault, and what it is like with another one behind it. */
async function world() {
  const broker = await brokerWorld();
  const tables = memoryTables();
  const { clock, deps, states } = broker;
  const cloud = testCloud();
  const [from, to] = ['keyturn-old', 'keyturn-new'].map((name) => {
    const client = vaultClient(cloud, `https://${name}.vault.azure.net`);
    return { client, vault: keyVaultSecretVault(() => client) };
  });
  if (from === undefined || to === undefined) throw new Error('there are two vaults');
  const keysIn = (vault: SecretVault) =>
    vaultSealingKeys({ vault, openTable: tables.open, clock, randomBytes });
  const sealing = keysIn(from.vault);
  const connections = createConnectionStore(tables.open);
  await connections.create(connection());

  const pin = await from.vault.put('conn-bc-production-a1b2c3d4-grant', 'rt-0', FACTS);
  const lease = await states.lease(HOLDER);
  const stored = await lease?.read();
  const storedAt = clock.now().toISOString();
  await lease?.write(
    { ...(stored?.state ?? NO_GRANT), pin: { ...pin, storedAt } },
    stored?.etag ?? null,
  );
  await lease?.release();
  await broker.newBroker({ vault: from.vault, sealing }).acquire(HOLDER, WANTED);

  /** `az keyvault secret backup` and `restore`, one secret after the other. */
  const move = async ({ without }: { without?: string } = {}) => {
    for await (const { name } of from.client.listPropertiesOfSecrets()) {
      if (name === without) continue;
      const backup = await from.client.backupSecret(name);
      await to.client.restoreSecretBackup(backup ?? new Uint8Array());
    }
  };
  const moved = keysIn(to.vault);
  return {
    ...broker,
    move,
    tokens: broker.newBroker({ vault: to.vault, sealing: moved }),
    newKey: () => newSealingKey({ ...deps, sealing: moved, connections }),
  };
}

const FACTS = { contentType: 'application/vnd.keyturn.grant', tags: {} };

describe('an installation whose key vault is another one', () => {
  it('goes on as before where every secret was restored into it', async () => {
    const { move, tokens, clock, provider } = await world();
    await move();
    clock.advance(HOUR_MS);
    expect(await tokens.acquire(HOLDER, WANTED)).toMatchObject({ ok: true });
    expect(provider.asked.at(-1)).toMatchObject({ refreshToken: 'rt-1' });
  });

  it('goes on by the copies where only the sealing key is missing, says so, and shares again after a new key', async () => {
    const { move, tokens, newKey, clock, provider, lines, state } = await world();
    await move({ without: 'keyturn-sealing-key' });
    clock.advance(HOUR_MS);
    expect(await tokens.acquire(HOLDER, WANTED)).toMatchObject({ ok: true });
    expect(provider.asked.at(-1)).toMatchObject({ refreshToken: 'rt-0' });
    expect(lines.join('\n')).toContain('keyturn sealing-key new');
    await newKey();
    clock.advance(HOUR_MS);
    const given = await tokens.acquire(HOLDER, WANTED);
    expect(given).toMatchObject({ ok: true });
    expect((await state()).accessToken?.expiresAt).toBe(
      given.ok ? given.token.expiresAt.toISOString() : null,
    );
  });

  it('asks for a sign-in after a new key where the old one and the copies are gone', async () => {
    const { tokens, newKey, clock } = await world();
    expect(await newKey()).toEqual({ resealed: 0, unsealed: 0 });
    clock.advance(HOUR_MS);
    expect(await tokens.acquire(HOLDER, WANTED)).toMatchObject({
      ok: false,
      failure: { status: 'reauthorizationRequired' },
    });
  });
});
