import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import { keyVaultCredentialSource } from '../../shared/credentials/key-vault-credential-source.ts';
import { testCloud, type TestCloud } from '../support/local-cloud.ts';
import { vaultsOf } from '../support/vault-http.ts';

const CONTOSO = 'https://contoso-kv.vault.azure.net';
const FABRIKAM = 'https://fabrikam-kv.vault.azure.net';
const fabrikam = 'fabrikam-kv.vault.azure.net';
const DAY_MS = 86_400_000;

async function read(cloud: TestCloud, vaultUrls: string[] = [CONTOSO]) {
  const events: SourceEvent[] = [];
  const deps = { ...vaultsOf(cloud), vaultUrls, maxRetries: 0 };
  for await (const event of keyVaultCredentialSource(deps).read()) events.push(event);
  const held = events.flatMap((event) => (event.kind === 'held' ? event.held : []));
  return {
    events,
    held,
    names: held.map(({ credential: { type, name } }) => `${type} ${name}`),
    credential: (name: string) => held.find((one) => one.credential.name === name)?.credential,
    incomplete: events.filter((event) => event.kind === 'incomplete'),
    lists: events.map((event) => ('list' in event ? event.list : '')),
  };
}

function refusing(cloud: TestCloud, host: string, inner: string, message: string) {
  cloud.world.faults.add({
    host,
    path: '^/',
    status: 403,
    times: 99,
    headers: { 'content-type': 'application/json' },
    body: { error: { code: 'Forbidden', message, innererror: { code: inner } } },
  });
}

describe('the items of a key vault, read through the real SDKs', () => {
  it('are named with their dates, held by their vault, and one thing is one credential', async () => {
    const { names, held, lists } = await read(testCloud());
    expect(names).toEqual([
      'keyVaultCertificate intranet-search',
      'keyVaultSecret sftp-fabrikam-password',
      'keyVaultSecret warehouse-connection-string',
      'keyVaultKey invoice-signing',
    ]);
    expect(lists).toEqual(['contoso-kv/certificates', 'contoso-kv/secrets', 'contoso-kv/keys']);
    expect(held[1]).toMatchObject({
      credential: {
        keyId: 'secrets/sftp-fabrikam-password',
        startsAt: new Date(Date.parse('2026-11-25T08:00:00Z') - 340 * DAY_MS),
        expiresAt: new Date(Date.parse('2026-11-25T08:00:00Z') + 25 * DAY_MS),
        holder: {
          type: 'vault',
          objectId: 'contoso-kv.vault.azure.net',
          appId: null,
          displayName: 'contoso-kv',
        },
        selfRenewing: null,
      },
      tags: ['keyturn:notify=dagny.lund@contoso.example', 'used=nightly price list'],
      owners: null,
    });
  });

  it('are asked for by lists alone: no request reads a value', async () => {
    const cloud = testCloud();
    await read(cloud);
    const paths = cloud.world.requests.list().map(({ url }) => new URL(url).pathname);
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect(path).toMatch(/^\/(certificates|secrets|keys)$/);
  });

  it('are left out while they are disabled, and count by their newest version only', async () => {
    const { names, credential } = await read(testCloud());
    expect(names.join()).not.toContain('old-carrier-token');
    const renewed = credential('intranet-search');
    expect(renewed?.expiresAt).toEqual(new Date(Date.parse('2026-11-25T08:00:00Z') + 288 * DAY_MS));
    expect(renewed?.thumbprint).toMatch(/^[0-9A-F]{40}$/);
  });

  it('get another id with another end, so that what was said about the last one does not count', async () => {
    const cloud = testCloud();
    const before = (await read(cloud)).credential('sftp-fabrikam-password');
    cloud.world.vaults.add(
      { vault: 'contoso-kv.vault.azure.net', name: 'SFTP-fabrikam-password' },
      'new',
      { exp: 1_900_000_000 },
    );
    const after = (await read(cloud)).credential('sftp-fabrikam-password');
    expect(after?.keyId).toBe(before?.keyId);
    expect(after?.id).not.toBe(before?.id);
    expect((await read(cloud)).credential('sftp-fabrikam-password')?.id).toBe(after?.id);
  });

  it('have no end where none is written down', async () => {
    const item = (await read(testCloud())).credential('warehouse-connection-string');
    expect(item).toMatchObject({ expiresAt: null, hint: null });
    expect(item?.startsAt).toEqual(new Date('2026-11-25T08:00:00Z'));
  });

  it('are read page after page', async () => {
    const cloud = testCloud();
    for (let index = 0; index < 60; index += 1)
      cloud.world.vaults.add({ vault: fabrikam, name: `secret-${index}` }, 'v', {
        exp: 1_900_000_000,
      });
    expect((await read(cloud, [FABRIKAM])).held).toHaveLength(60);
  });

  it('of several vaults do not stop each other: a refused one is named, with role and identity', async () => {
    const cloud = testCloud();
    refusing(
      cloud,
      fabrikam,
      'ForbiddenByRbac',
      "Caller is not authorized to perform action on resource.\r\nCaller: appid=e13939aa-5100-4db3-9139-9622502ff3a2;oid=8ac90f97-b557-4884-87cc-f5dbf0b7923c;iss=https://sts.windows.net/cf3dcb3f-c971-4348-811a-e50c331a1d56/\r\nAction: 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'\r\nVault: fabrikam-kv;location=canadacentral\r\n",
    );
    const { names, incomplete } = await read(cloud, [FABRIKAM, CONTOSO]);
    expect(names).toHaveLength(4);
    expect(incomplete.map(({ list }) => list)).toEqual([
      'fabrikam-kv/certificates',
      'fabrikam-kv/secrets',
      'fabrikam-kv/keys',
    ]);
    const [first] = incomplete;
    for (const part of ['fabrikam-kv', 'Key Vault Reader', '8ac90f97-b557-4884-87cc-f5dbf0b7923c'])
      expect(first?.reason).toContain(part);
    expect(new Set(incomplete.map(({ reason }) => reason)).size).toBe(1);
  });

  it('that an access policy, a firewall or a private endpoint keeps, say which page to open', async () => {
    const cases = [
      ['AccessDenied', 'Access policies'],
      ['ForbiddenByFirewall', 'Networking'],
      ['ForbiddenByConnection', 'private endpoint'],
    ] as const;
    for (const [inner, words] of cases) {
      const cloud = testCloud();
      refusing(cloud, fabrikam, inner, 'no');
      expect((await read(cloud, [FABRIKAM])).incomplete[0]?.reason).toContain(words);
    }
  });

  it('of a vault that allows secrets but no certificates are read, and the backing secret stands for its certificate', async () => {
    const whole = (await read(testCloud())).credential('intranet-search');
    const cloud = testCloud();
    cloud.world.faults.add({
      host: 'contoso-kv.vault.azure.net',
      path: '^/certificates',
      status: 403,
    });
    const { credential, incomplete } = await read(cloud);
    expect(incomplete.map(({ list }) => list)).toEqual(['contoso-kv/certificates']);
    expect(credential('intranet-search')).toMatchObject({
      id: whole?.id,
      type: 'keyVaultCertificate',
    });
  });

  it('are not followed to another host, token in hand', async () => {
    const cloud = testCloud();
    cloud.world.faults.add({
      host: 'contoso-kv.vault.azure.net',
      path: '^/secrets',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { value: [], nextLink: 'https://evil-kv.vault.azure.net/secrets?api-version=7.5' },
    });
    const { incomplete } = await read(cloud);
    expect(incomplete.map(({ list }) => list)).toEqual(['contoso-kv/secrets']);
    expect(JSON.stringify(cloud.world.requests.list())).not.toContain('evil-kv');
  });

  it('leave a list unread, and say so, when the vault breaks off or keeps failing', async () => {
    for (const fault of [
      { drop: true as const },
      { status: 503, times: 9 },
      { status: 429, times: 9 },
    ]) {
      const cloud = testCloud();
      cloud.world.faults.add({ host: 'contoso-kv.vault.azure.net', path: '^/keys', ...fault });
      const { incomplete, names } = await read(cloud);
      expect(incomplete).toHaveLength(1);
      expect(incomplete[0]?.reason).toContain('contoso-kv');
      expect(names).toContain('keyVaultSecret sftp-fabrikam-password');
    }
  });
});
