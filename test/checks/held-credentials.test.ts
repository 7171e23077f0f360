import { describe, expect, it } from 'vitest';
import { combinedSource } from '../../shared/credentials/combined-source.ts';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import { tenantSource } from '../../shared/credentials/tenant-source.ts';
import { heldItems, type VaultItem } from '../../shared/credentials/vault-items.ts';
import { AppError } from '../../shared/errors.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';
import { appWithSecret, checksHouse, directoryOf } from '../support/checks.ts';

function item(name: string, expiresAt: string | null): VaultItem {
  return {
    name,
    enabled: true,
    managed: false,
    startsAt: new Date('2026-01-01T00:00:00Z'),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    thumbprint: null,
    tags: {},
  };
}

function secretsOf(vault: string, items: VaultItem[]): SourceEvent {
  const lists = { certificates: [], secrets: items, keys: [] };
  const held = heldItems(`${vault}.vault.azure.net`, 'secrets', lists);
  return { kind: 'held', list: `${vault}/secrets`, held };
}

const apps = [
  appWithSecret('a1', '2026-12-20T00:00:00Z'),
  appWithSecret('a2', '2028-01-01T00:00:00Z'),
];
const DUE = item('sftp-password', '2026-12-01T00:00:00Z');

describe('what a vault holds, in a check', () => {
  it('becomes findings beside those of the directory, with counts and coverage of its own', async () => {
    const house = checksHouse();
    house.directory.events = [
      ...directoryOf(apps),
      secretsOf('contoso-kv', [DUE, item('undated', null), item('fine', '2028-01-01T00:00:00Z')]),
    ];
    const [run] = await house.night();
    expect(run).toMatchObject({
      status: 'complete',
      reasons: [],
      counts: { credentials: 5, expiring: 2, ok: 2, unknownExpiry: 1, applications: 2 },
      coverage: { 'contoso-kv/secrets': { read: 3, complete: true } },
    });
    expect((await house.findings()).map(({ name, stage }) => [name, stage])).toEqual(
      expect.arrayContaining([
        ['prod', 30],
        ['sftp-password', 7],
        ['undated', null],
      ]),
    );
    expect(house.asked, 'a vault has no owners to look up in the directory').toEqual(['a1']);
  });

  it('facts 3 row 49: is warned about from 60 days on, not at a fixed 30', async () => {
    const house = checksHouse();
    const inFortyFive = { ...item('k', '2027-01-09T00:00:00Z'), startsAt: new Date('2026-01-09') };
    house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', [inFortyFive])];
    await house.night();
    const found = (await house.findings()).find(({ name }) => name === 'k');
    expect(found).toMatchObject({ type: 'keyVaultSecret', status: 'expiring', stage: 60 });
  });

  it('carries the overrides of its tags, as an application does', async () => {
    const house = checksHouse();
    const tagged = {
      ...DUE,
      tags: { 'keyturn:notify': 'sftp@contoso.example', 'keyturn:thresholds': '14', cost: '12' },
    };
    house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', [tagged])];
    await house.night();
    const found = (await house.findings()).find(({ name }) => name === 'sftp-password');
    expect(found).toMatchObject({
      stage: 14,
      policy: { notify: ['sftp@contoso.example'], faults: [] },
    });
  });

  it('stays open, and goes on being told, while its vault cannot be read', async () => {
    const house = checksHouse();
    house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', [DUE])];
    await house.night();
    house.directory.events = [
      ...directoryOf(apps),
      { kind: 'incomplete', list: 'contoso-kv/secrets', reason: 'no role' },
      { kind: 'incomplete', list: 'contoso-kv/keys', reason: 'no role' },
    ];
    house.clock.advance(86_400_000);
    const [run] = await house.night();
    expect(run).toMatchObject({
      status: 'partial',
      reasons: ['no role'],
      coverage: {
        applications: { read: 2, complete: true },
        'contoso-kv/secrets': { read: 0, complete: false },
      },
    });
    const open = (await house.findings()).filter(({ closedAt }) => closedAt === null);
    expect(open.map(({ name }) => name)).toContain('sftp-password');
  });

  it('is not let go by the first check that is not told to read its vault, but by the second', async () => {
    const house = checksHouse();
    house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', [DUE])];
    await house.night();
    house.directory.events = directoryOf(apps);
    const isOpen = async () =>
      (await house.findings()).some(
        ({ name, closedAt }) => name === 'sftp-password' && closedAt === null,
      );
    house.clock.advance(86_400_000);
    const [first] = await house.night();
    expect(first?.status).toBe('complete');
    expect(first?.reasons.join()).toContain('contoso-kv/secrets');
    expect(await isOpen()).toBe(true);
    house.clock.advance(86_400_000);
    const [second] = await house.night();
    expect(second?.reasons).toEqual([]);
    expect(await isOpen()).toBe(false);
  });

  it('is doubted when a fifth of a large vault is gone, and not when a small one is tidied up', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => item(`s${index}`, '2028-01-01T00:00:00Z'));
    for (const [before, after, doubts] of [
      [20, 10, 1],
      [4, 0, 0],
    ] as const) {
      const house = checksHouse();
      house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', many(before))];
      await house.night();
      house.directory.events = [...directoryOf(apps), secretsOf('contoso-kv', many(after))];
      house.clock.advance(86_400_000);
      const [run] = await house.night();
      expect(run?.reasons).toHaveLength(doubts);
    }
  });
});

describe('a certificate of an application that a vault has too', () => {
  it('is looked up while somebody is to be told about it, and is noted with its finding', async () => {
    const house = checksHouse();
    const thumbprint = 'A7D3C4626B8A84FDA868CCC67D274D402FFD0A10';
    const certificate = (keyId: string, expiresAt: string, customKeyIdentifier: string) =>
      rawCredential({ keyId, customKeyIdentifier, expiresAt: new Date(expiresAt) });
    house.directory.events = directoryOf([
      directoryObject({
        objectId: 'a1',
        appId: 'a1',
        passwordCredentials: [],
        keyCredentials: [
          certificate('k1', '2026-12-01T00:00:00Z', thumbprint),
          certificate('k2', '2029-12-01T00:00:00Z', 'B'.repeat(40)),
        ],
      }),
    ]);
    const asked: (readonly string[])[] = [];
    const kept = { vault: 'contoso-kv', name: 'shop', renewedAt: '2026-09-10T00:00:00.000Z' };
    house.deps.keptIn = () => ({
      find: async (thumbprints) => {
        asked.push(thumbprints);
        return new Map([[thumbprint, kept]]);
      },
    });
    await house.night();
    expect(asked).toEqual([[thumbprint]]);
    expect((await house.findings())[0]).toMatchObject({ keyId: 'k1', keptIn: kept });
  });
});

describe('the source of a tenant', () => {
  const directory = { source: combinedSource([]) };
  const source = (name: string): SourceEvent => ({ kind: 'incomplete', list: name, reason: 'x' });
  async function* part(name: string) {
    yield source(name);
  }
  const vaults = { read: () => part('vault') };

  const items = { list: async () => [] };

  it('has the vaults and the list with the home tenant only: they would be told about once per tenant', async () => {
    const sourceOf = tenantSource({
      homeTenantId: 'home',
      directoryOf: () => directory,
      vaults,
      items,
      connections: () => ({ read: () => part('connections') }),
    });
    expect((await all(sourceOf('home'))).map((event) => 'list' in event && event.list)).toEqual([
      'vault',
      'items',
      'connections',
    ]);
    expect(await all(sourceOf('other'))).toHaveLength(0);
  });

  it('goes on with the others when one part breaks, except when storage is gone', async () => {
    const breaking = (error: Error) => ({
      read: async function* read(): AsyncIterable<SourceEvent> {
        yield source('half');
        throw error;
      },
    });
    const events = await all(
      combinedSource([
        { list: 'items', source: breaking(new Error('bug')) },
        { list: 'vaults', source: vaults },
      ]),
    );
    expect(events.map((event) => 'list' in event && event.list)).toEqual([
      'half',
      'items',
      'vault',
    ]);
    const gone = breaking(new AppError('storage_unavailable', 'no'));
    await expect(all(combinedSource([{ list: 'items', source: gone }]))).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
  });
});

async function all(source: { read(): AsyncIterable<SourceEvent> }): Promise<SourceEvent[]> {
  const events: SourceEvent[] = [];
  for await (const event of source.read()) events.push(event);
  return events;
}
