import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tenantSource } from '../../shared/credentials/tenant-source.ts';
import { endingKeys } from '../../shared/wiring/ending-keys.ts';
import { createKeyStore } from '../../shared/http/keys.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';

const TENANT = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';
const DAY_MS = 86_400_000;

function setUp() {
  const tables = memoryTables();
  const clock = fakeClock('2026-03-01T00:00:00Z');
  const keys = createKeyStore({ openTable: tables.open, clock, randomBytes });
  return { tables, clock, keys, ending: () => endingKeys(tables.open, clock) };
}

describe('a key of Keyturn itself', () => {
  it('is watched like any secret, from 60 days before its end, until it is revoked', async () => {
    const { clock, keys, ending } = setUp();
    await keys.create({ role: 'admin', name: 'ops' });
    await keys.ofConnection('bc-production').create({ scope: 'bc-production', name: 'shop' });
    expect(await ending()).toEqual([]);
    clock.advance(306 * DAY_MS);
    const found = await ending();
    expect(found.map(({ id, name }) => [id, name])).toEqual(
      expect.arrayContaining([
        ['key.admin.ops', 'admin key “ops” of Keyturn'],
        ['key.bc-production.shop', 'key “shop” of connection bc-production'],
      ]),
    );
    expect(found.map(({ expiresAt }) => expiresAt)).toEqual([
      '2027-03-01T00:00:00.000Z',
      '2027-03-01T00:00:00.000Z',
    ]);
    expect(found.flatMap(({ steps }) => steps).join()).toContain(
      'DELETE /api/connections/bc-production/keys/shop',
    );
    clock.advance(90 * DAY_MS);
    expect(await ending()).toHaveLength(2);
    await keys.revoke('ops');
    expect((await ending()).map(({ id }) => id)).toEqual(['key.bc-production.shop']);
  });

  it('is a finding by its name and date, and nothing of the key is in it', async () => {
    const { clock, keys, ending } = setUp();
    const { key } = await keys.create({ role: 'reader', name: 'wall' });
    clock.advance(360 * DAY_MS);
    const source = tenantSource({
      homeTenantId: TENANT,
      directoryOf: () => ({ source: { read: async function* none() {} } }),
      vaults: null,
      connections: () => ({ read: async function* none() {} }),
      items: { list: ending },
    })(TENANT);
    const read = [];
    for await (const page of source.read()) read.push(page);
    const text = JSON.stringify(read);
    expect(text).toContain('manual:key.reader.wall:manual:');
    expect(text).not.toContain(key.slice(-43));
    expect(text).not.toContain('digest');
  });
});
