import { describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { keyVaultSecretVault } from '../../shared/connections/key-vault-secret-vault.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import type { SecretVault } from '../../shared/connections/secret-vault.ts';
import { testCloud } from '../support/local-cloud.ts';
import { vaultClient } from '../support/vault-client.ts';

const FACTS = { contentType: 'text/plain', tags: { connection: 'bc-production' } };

const adapters: [string, () => SecretVault][] = [
  ['memory', () => memorySecretVault()],
  [
    'Key Vault',
    () => {
      const cloud = testCloud({ now: () => new Date() });
      return keyVaultSecretVault(() => vaultClient(cloud, installation.vaultUrl));
    },
  ],
];

describe.each(adapters)('a vault of secrets (%s)', (_name, open) => {
  it('gives back a version, byte for byte, and the newest one', async () => {
    const vault = open();
    const value = 'a"b\\c é 😀~=&+% ';
    const first = await vault.put('conn-a', value, FACTS);
    const second = await vault.put('conn-a', 'second', FACTS);
    expect(await vault.get(first)).toBe(value);
    expect(await vault.newest('conn-a')).toEqual({ ...second, value: 'second' });
    expect(first.version).not.toBe(second.version);
  });

  it('has nothing under a name or version that was never written', async () => {
    const vault = open();
    const known = await vault.put('conn-a', 'x', FACTS);
    expect(await vault.newest('conn-b')).toBeNull();
    expect(await vault.get({ ...known, version: 'f'.repeat(32) })).toBeNull();
    expect(await vault.get({ ...known, name: 'conn-b' })).toBeNull();
  });

  it('has nothing left of what was removed, and removes what is not there without a word', async () => {
    const vault = open();
    const known = await vault.put('conn-a', 'x', FACTS);
    expect(await vault.remove('conn-a')).toEqual({ state: 'gone' });
    expect(await vault.get(known)).toBeNull();
    expect(await vault.newest('conn-a')).toBeNull();
    expect(await vault.remove('conn-a')).toEqual({ state: 'gone' });
  });
});

describe('a key vault', () => {
  const withFault = async (fault: Record<string, unknown>) => {
    const cloud = testCloud({ now: () => new Date() });
    const vault = keyVaultSecretVault(() => vaultClient(cloud, installation.vaultUrl));
    const known = await vault.put('conn-a', 'x', FACTS);
    await cloud.control('POST', 'faults', { host: new URL(installation.vaultUrl).host, ...fault });
    return { vault, known };
  };

  it('that refuses says which role is missing', async () => {
    const { vault, known } = await withFault({
      status: 403,
      body: {
        error: {
          code: 'Forbidden',
          message: 'Caller is not authorized',
          innererror: { code: 'ForbiddenByRbac' },
        },
      },
    });
    await expect(vault.get(known)).rejects.toMatchObject({
      code: 'vault_unavailable',
      message: expect.stringContaining('Key Vault Secrets Officer'),
    });
  });

  it.each([429, 500])('that answers %s is not "there is no such secret"', async (status) => {
    const { vault, known } = await withFault({ status, body: '', times: 5 });
    await expect(vault.get(known)).rejects.toMatchObject({ code: 'vault_unavailable' });
    await expect(vault.newest('conn-a')).rejects.toMatchObject({ code: 'vault_unavailable' });
  });

  it('that still holds the deleted name is a conflict, and nothing is brought back', async () => {
    const { vault } = await withFault({
      method: 'PUT',
      status: 409,
      body: { error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } } },
    });
    await expect(vault.put('conn-a', 'y', FACTS)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that lets nobody purge says until when the name can be brought back', async () => {
    const { vault } = await withFault({
      method: 'DELETE',
      path: '^/deletedsecrets/',
      status: 403,
      body: {
        error: { code: 'Forbidden', message: 'Operation "purge" is not allowed on this secret.' },
      },
    });
    expect(await vault.remove('conn-a')).toMatchObject({ state: 'recoverable' });
  });
});
