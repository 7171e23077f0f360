import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newSealingKey } from '../../shared/broker/new-sealing-key.ts';
import { vaultSealingKeys } from '../../shared/broker/vault-sealing-keys.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import type { SecretVault } from '../../shared/connections/secret-vault.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER } from '../support/broker.ts';
import { connection } from '../support/connections.ts';

const WANTED = { minTtlSeconds: 300 };
const HOUR_MS = 3_600_000;

/** An installation that has been at work, and what it is like with another vault behind it. */
async function world() {
  const broker = await brokerWorld();
  const tables = memoryTables();
  const { vault, clock, deps } = broker;
  const keysIn = (of: SecretVault) =>
    vaultSealingKeys({ vault: of, openTable: tables.open, clock, randomBytes });
  const sealing = keysIn(vault);
  const connections = createConnectionStore(tables.open);
  await connections.create(connection());
  await broker.newBroker({ sealing }).acquire(HOLDER, WANTED);
  const restartedWith = (of: SecretVault) => {
    const keys = keysIn(of);
    return {
      tokens: broker.newBroker({ vault: of, sealing: keys }),
      newKey: () => newSealingKey({ ...deps, sealing: keys, connections }),
    };
  };
  return { ...broker, restartedWith };
}

/** What a backup of every secret, restored elsewhere, is: the same names, the same versions. */
function restoredFrom(
  vault: Awaited<ReturnType<typeof world>>['vault'],
  forgotten: string | null = null,
): SecretVault {
  const backup = vault.dump();
  const restored = memorySecretVault();
  return {
    ...restored,
    get: async (secret) =>
      (await restored.get(secret)) ??
      (secret.name === forgotten ? undefined : backup[secret.name])?.find(
        ({ version }) => version === secret.version,
      )?.value ??
      null,
  };
}

describe('an installation whose key vault is another one', () => {
  it('goes on as before where every secret was restored into it', async () => {
    const { vault, restartedWith, clock, provider } = await world();
    const { tokens } = restartedWith(restoredFrom(vault));
    clock.advance(HOUR_MS);
    expect(await tokens.acquire(HOLDER, WANTED)).toMatchObject({ ok: true });
    expect(provider.asked.at(-1)).toMatchObject({ refreshToken: 'rt-1' });
  });

  it('goes on by the copies where only the sealing key is missing, says so, and shares again after a new key', async () => {
    const { vault, restartedWith, clock, provider, lines, state } = await world();
    const { tokens, newKey } = restartedWith(restoredFrom(vault, 'keyturn-sealing-key'));
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
    const { restartedWith, clock } = await world();
    const { tokens, newKey } = restartedWith(memorySecretVault());
    expect(await newKey()).toEqual({ resealed: 0, unsealed: 0 });
    clock.advance(HOUR_MS);
    expect(await tokens.acquire(HOLDER, WANTED)).toMatchObject({
      ok: false,
      failure: { status: 'reauthorizationRequired' },
    });
  });
});
