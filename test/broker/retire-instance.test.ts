import { describe, expect, it } from 'vitest';
import { createRetirement } from '../../shared/broker/retire-instance.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER } from '../support/broker.ts';

const CONNECTION = { id: HOLDER.connectionId, instance: HOLDER.instance };
const NOTHING = { contentType: '', tags: {} };

async function world(vault = memorySecretVault()) {
  const broker = await brokerWorld();
  const tables = memoryTables();
  for (const what of ['grant', 'secret'])
    await vault.put(`conn-bc-production-a1b2c3d4-${what}`, 'canary', NOTHING);
  const retirement = createRetirement({ ...broker.deps, vault, openTable: tables.open });
  return { ...broker, vault, tables, retirement };
}

describe('a connection that is deleted', () => {
  it('leaves no state, no grant and no secret, and no token comes of it', async () => {
    const { retirement, vault, state, newBroker, tables } = await world();
    expect(await retirement.retire(CONNECTION)).toEqual({ state: 'gone' });
    expect(vault.versions()).toEqual({});
    expect((await state()).grantId).toBeNull();
    expect(await newBroker().acquire(HOLDER, { minTtlSeconds: 60 })).toEqual({
      ok: false,
      reason: 'noGrant',
    });
    expect(tables.dump()['retired']).toEqual([]);
  });

  it('says so when the vault lets it be brought back for a while', async () => {
    const { retirement } = await world(memorySecretVault({ mayPurge: false }));
    expect(await retirement.retire(CONNECTION)).toEqual({ state: 'recoverable', until: null });
  });

  it('during a refresh is not brought back by it', async () => {
    const { retirement, states, clock, provider, deps, newBroker, state } = await world();
    const slow = {
      ...provider,
      refresh: async (call: Parameters<typeof provider.refresh>[0]) => {
        const answer = await provider.refresh(call);
        expect(await retirement.retire(CONNECTION)).toBe('later');
        clock.advance(61_000);
        expect(await retirement.sweep()).toEqual({ retired: 1, left: 0 });
        return answer;
      },
    };
    const broker = newBroker({ ...deps, providerOf: () => slow });
    await broker.acquire(HOLDER, { minTtlSeconds: 60 });
    expect(await states.read(HOLDER)).toBeNull();
    expect((await state()).grantId).toBeNull();
  });

  it('is finished by the sweep when the vault was down', async () => {
    const vault = memorySecretVault();
    let isDown = true;
    const broker = await brokerWorld();
    const tables = memoryTables();
    await vault.put('conn-bc-production-a1b2c3d4-secret', 'canary', NOTHING);
    const retirement = createRetirement({
      ...broker.deps,
      openTable: tables.open,
      vault: {
        ...vault,
        remove: (name) => (isDown ? Promise.reject(new Error('500')) : vault.remove(name)),
      },
    });
    expect(await retirement.retire(CONNECTION)).toBe('later');
    expect(await retirement.sweep()).toEqual({ retired: 0, left: 1 });
    isDown = false;
    broker.clock.advance(61_000);
    expect(await retirement.sweep()).toEqual({ retired: 1, left: 0 });
    expect(vault.versions()).toEqual({});
  });
});
