import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeyStore } from '../../shared/http/keys.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';

function setUp() {
  const tables = memoryTables();
  const clock = fakeClock('2026-03-01T00:00:00Z');
  const open = () => createKeyStore({ openTable: tables.open, clock, randomBytes });
  return { tables, clock, open, keys: open() };
}

describe('createKeyStore', () => {
  it('makes keys of 256 bits in the documented format, good for a year', async () => {
    const { keys } = setUp();
    const key = await keys.create({ role: 'admin', name: 'ops-1' });
    expect(key.key).toMatch(/^kt_admin_ops-1_[A-Za-z0-9_-]{43}$/);
    expect(key.expiresAt.toISOString()).toBe('2027-03-01T00:00:00.000Z');
    expect(await keys.verify(key.key)).toEqual({
      name: 'ops-1',
      role: 'admin',
      createdAt: new Date('2026-03-01T00:00:00Z'),
      expiresAt: new Date('2027-03-01T00:00:00Z'),
    });
  });

  it('stores nothing of the key but its digest', async () => {
    const { keys, tables } = setUp();
    const { key } = await keys.create({ role: 'reader', name: 'grafana' });
    expect(JSON.stringify(tables.dump())).not.toContain(key.slice(-43));
    expect(JSON.stringify(await keys.list())).not.toContain(key.slice(-43));
  });

  it('refuses a key that differs in one character, in its role or in its name', async () => {
    const { keys } = setUp();
    const { key } = await keys.create({ role: 'reader', name: 'a' });
    await keys.create({ role: 'reader', name: 'b' });
    const last = key.endsWith('A') ? 'E' : 'A';
    expect(await keys.verify(`${key.slice(0, -1)}${last}`)).toBeNull();
    expect(await keys.verify(key.replace('reader', 'admin'))).toBeNull();
    expect(await keys.verify(key.replace('_a_', '_b_'))).toBeNull();
    expect(await keys.verify(key.replace('_a_', '_c_'))).toBeNull();
    expect(await keys.verify(`${key} `)).toBeNull();
    expect(await keys.verify('')).toBeNull();
  });

  it('refuses a key from its end on', async () => {
    const { keys, clock } = setUp();
    const end = new Date('2026-03-01T00:01:00Z');
    const { key } = await keys.create({ role: 'reader', name: 'short', expiresAt: end });
    clock.set('2026-03-01T00:00:59.999Z');
    expect(await keys.verify(key)).not.toBeNull();
    clock.set('2026-03-01T00:01:00Z');
    expect(await keys.verify(key)).toBeNull();
  });

  it('refuses a revoked key at once where it was revoked, and within 30 seconds elsewhere', async () => {
    const { keys, clock, open } = setUp();
    const { key } = await keys.create({ role: 'admin', name: 'x' });
    const elsewhere = open();
    await elsewhere.verify(key);
    expect(await keys.revoke('x')).toBe(true);
    expect(await keys.revoke('x')).toBe(false);
    expect(await keys.verify(key)).toBeNull();
    clock.advance(30_000);
    expect(await elsewhere.verify(key)).toBeNull();
  });

  it('accepts a key at once that replaced another of the same name elsewhere', async () => {
    const { keys, open } = setUp();
    const first = await keys.create({ role: 'admin', name: 'x' });
    const elsewhere = open();
    await elsewhere.verify(first.key);
    await keys.revoke('x');
    const second = await keys.create({ role: 'admin', name: 'x' });
    expect(await elsewhere.verify(second.key)).not.toBeNull();
    expect(await elsewhere.verify(first.key)).toBeNull();
  });

  it('never overwrites a valid key, and replaces one that has ended', async () => {
    const { keys, clock } = setUp();
    await keys.create({ role: 'admin', name: 'x', expiresAt: new Date('2026-03-02T00:00:00Z') });
    await expect(keys.create({ role: 'reader', name: 'x' })).rejects.toMatchObject({
      code: 'conflict',
    });
    clock.set('2026-03-03T00:00:00Z');
    expect((await keys.create({ role: 'reader', name: 'x' })).role).toBe('reader');
  });

  it('refuses an end that is past', async () => {
    const { keys, clock } = setUp();
    await expect(
      keys.create({ role: 'admin', name: 'x', expiresAt: clock.now() }),
    ).rejects.toMatchObject({ code: 'bad_request' });
  });
});
