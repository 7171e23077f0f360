import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { vaultSealingKeys } from '../../shared/broker/vault-sealing-keys.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';

function world() {
  const vault = memorySecretVault();
  const tables = memoryTables();
  const clock = fakeClock('2026-11-25T08:00:00Z');
  return {
    vault,
    clock,
    tables,
    instance: () => vaultSealingKeys({ vault, openTable: tables.open, clock, randomBytes }),
  };
}

describe('sealing keys', () => {
  it('are agreed on by instances that make the first one at the same time', async () => {
    const { instance } = world();
    const keys = await Promise.all(Array.from({ length: 8 }, () => instance().current()));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
    expect(keys[0]?.key).toHaveLength(32);
  });

  it('stay the same, and are found by name in another process', async () => {
    const { instance } = world();
    const first = await instance().current();
    expect(await instance().current()).toEqual(first);
    expect(await instance().byId(first.keyId)).toEqual(first);
    expect(await instance().byId('f'.repeat(32))).toBeNull();
  });

  it('after a rotation seal with the new one everywhere within five minutes, and open with the old one', async () => {
    const { instance, clock } = world();
    const other = instance();
    const old = await other.current();
    await instance().rotate();
    expect(await other.current()).toEqual(old);
    clock.advance(5 * 60_000);
    const fresh = await other.current();
    expect(fresh.keyId).not.toBe(old.keyId);
    expect(await other.byId(old.keyId)).toEqual(old);
  });

  it('lie in the vault only', async () => {
    const { instance, tables } = world();
    const { key } = await instance().current();
    expect(JSON.stringify(tables.dump())).not.toContain(Buffer.from(key).toString('base64'));
  });
});
