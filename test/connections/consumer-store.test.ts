import { describe, expect, it } from 'vitest';
import {
  createConsumerStore,
  type StoredConsumer,
} from '../../shared/connections/consumer-store.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { aConsumer, aPlace, APP, TENANT } from '../support/consumers.ts';

const OTHER_APP = '44444444-4444-4444-8444-444444444444';
const KEY = 'aaaaaaaa-0000-4000-8000-000000000001';
const AT = new Date('2026-11-25T09:00:00.000Z');

async function storeWith(...consumers: StoredConsumer[]) {
  const store = createConsumerStore(memoryTables().open);
  for (const consumer of consumers) await store.create(consumer);
  return store;
}

describe('recorded consumers', () => {
  it('are found by tenant and application', async () => {
    const store = await storeWith(
      aConsumer({ id: 'a' }),
      aConsumer({ id: 'b', appId: OTHER_APP }),
      aConsumer({ id: 'c', tenantId: OTHER_APP }),
    );
    const idsOf = async (filter: Parameters<typeof store.list>[0]) =>
      (await store.list(filter)).map(({ id }) => id);
    expect(await idsOf({})).toEqual(['a', 'b', 'c']);
    expect(await idsOf({ tenantId: TENANT.toUpperCase() })).toEqual(['a', 'b']);
    expect(await idsOf({ tenantId: TENANT, appId: APP })).toEqual(['a']);
  });

  it('are given to a check without ids that it knows already', async () => {
    const store = await storeWith(aConsumer({ id: 'a' }));
    const consumersOf = await store.consumersOf(TENANT);
    expect(consumersOf(APP.toUpperCase())).toEqual([aPlace({ id: 'a' })]);
    expect(consumersOf(OTHER_APP)).toEqual([]);
  });

  it('are created once', async () => {
    const store = await storeWith(aConsumer({ id: 'a' }));
    expect(await store.create(aConsumer({ id: 'a', name: 'other' }))).toBe(false);
    expect((await store.get('a'))?.value.name).toBe('BC Prod');
  });

  it('hold the secret that somebody confirmed', async () => {
    const store = await storeWith(aConsumer({ id: 'a', enteredAt: '2025-01-01T00:00:00.000Z' }));
    const by = 'erp@contoso.example';
    expect(await store.confirm('a', { keyId: KEY.toUpperCase(), at: AT, by })).toMatchObject({
      keyId: KEY,
      enteredAt: null,
      confirmedAt: AT.toISOString(),
      confirmedBy: by,
    });
    expect(await store.confirm('gone', { keyId: KEY, at: AT, by })).toBeNull();
  });

  it('keep the instant where it is not known which secret was entered', async () => {
    const store = await storeWith(aConsumer({ id: 'a', keyId: KEY }));
    await store.confirm('a', { keyId: null, at: AT, by: 'x' });
    expect((await store.get('a'))?.value).toMatchObject({
      keyId: null,
      enteredAt: AT.toISOString(),
    });
  });

  it('come from a guess by one click, and by a second click not twice', async () => {
    const store = await storeWith();
    const place = {
      tenantId: TENANT,
      appId: APP,
      system: 'SmartConnect → Business Central',
      contact: 'erp@contoso.example',
    };
    const said = { keyId: KEY, at: AT, by: 'erp@contoso.example' };
    const first = await store.recordLikely(place, said);
    expect(first).toMatchObject({ system: place.system, keyId: KEY, confirmedBy: said.by });
    const later = new Date('2026-11-26T09:00:00.000Z');
    const second = await store.recordLikely(place, { ...said, at: later });
    expect(second).toEqual({ ...first, confirmedAt: later.toISOString() });
    expect(await store.list()).toEqual([second]);
  });
});
