import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resealStates } from '../../shared/broker/reseal-states.ts';
import { vaultSealingKeys } from '../../shared/broker/vault-sealing-keys.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER } from '../support/broker.ts';
import { connection } from '../support/connections.ts';

const WANTED = { minTtlSeconds: 300 };
const HOUR_MS = 3_600_000;

/** A connection whose state is sealed with keys of the vault. */
async function world() {
  const broker = await brokerWorld({ rotating: true });
  const tables = memoryTables();
  const { vault, clock } = broker;
  const instance = () => vaultSealingKeys({ vault, openTable: tables.open, clock, randomBytes });
  const sealing = instance();
  const connections = createConnectionStore(tables.open);
  await connections.create(connection());
  // The first refresh takes the anchor, and seals what comes with the vault's key.
  await broker.newBroker({ sealing }).acquire(HOLDER, WANTED);
  const keyIds = async () => {
    const { refreshToken, accessToken } = await broker.state();
    return [refreshToken?.keyId, accessToken?.sealed.keyId];
  };
  return { ...broker, sealing, instance, deps: { ...broker.deps, sealing, connections }, keyIds };
}

describe('a new sealing key', () => {
  it('seals every state anew, and the old key opens until then', async () => {
    const { sealing, deps, keyIds, newBroker, provider, clock } = await world();
    const old = await sealing.current();
    await sealing.rotate();
    expect(await newBroker({ sealing }).acquire(HOLDER, WANTED)).toMatchObject({
      token: { value: 'at-1' },
    });
    expect(await keyIds()).toEqual([old.keyId, old.keyId]);
    expect(await resealStates(deps)).toEqual({ resealed: 1, unsealed: 0 });
    const fresh = await sealing.current();
    expect(await keyIds()).toEqual([fresh.keyId, fresh.keyId]);
    expect(await resealStates(deps)).toEqual({ resealed: 0, unsealed: 0 });

    const withoutOld = {
      ...sealing,
      byId: async (id: string) => (id === old.keyId ? null : sealing.byId(id)),
    };
    const broker = newBroker({ sealing: withoutOld });
    expect(await broker.acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at-1' } });
    clock.advance(HOUR_MS);
    expect(await broker.acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at-2' } });
    expect(provider.asked.map(({ refreshToken }) => refreshToken)).toEqual(['rt-0', 'rt-1']);
  });

  it('waits for whoever holds a state, and takes it up the next time', async () => {
    const { sealing, deps, states, clock } = await world();
    await sealing.rotate();
    await states.lease(HOLDER);
    expect(await resealStates(deps)).toEqual({ resealed: 0, unsealed: 1 });
    clock.advance(61_000);
    expect(await resealStates(deps)).toEqual({ resealed: 1, unsealed: 0 });
  });

  it('never writes over what a refresh wrote meanwhile', async () => {
    const { sealing, deps, states, state } = await world();
    await sealing.rotate();
    const overtaken = {
      ...states,
      lease: async (key: typeof HOLDER) => {
        const held = await states.lease(key);
        return held === null
          ? null
          : {
              ...held,
              read: async () => {
                const stored = await held.read();
                if (stored !== null)
                  await held.write(
                    { ...stored.state, forcedAt: '2026-11-25T09:00:00Z' },
                    stored.etag,
                  );
                return stored;
              },
            };
      },
    };
    expect(await resealStates({ ...deps, states: overtaken })).toEqual({
      resealed: 0,
      unsealed: 1,
    });
    expect((await state()).forcedAt).toBe('2026-11-25T09:00:00Z');
  });

  it('leaves a state that does not open as it is', async () => {
    const { sealing, deps, states, keyIds } = await world();
    const before = await keyIds();
    await sealing.rotate();
    const lease = await states.lease(HOLDER);
    const stored = await lease?.read();
    if (stored?.state.refreshToken && stored.state.accessToken)
      await lease?.write(
        {
          ...stored.state,
          refreshToken: { ...stored.state.refreshToken, tag: 'AAAAAAAAAAAAAAAAAAAAAA' },
          accessToken: null,
        },
        stored.etag,
      );
    await lease?.release();
    expect(await resealStates(deps)).toEqual({ resealed: 0, unsealed: 0 });
    expect((await keyIds())[0]).toBe(before[0]);
  });

  it('comes once a year, by one of several instances', async () => {
    const { sealing, instance, clock } = await world();
    expect(await sealing.rotateWhenOld()).toBe(false);
    const old = await sealing.current();
    clock.advance(366 * 24 * HOUR_MS);
    const turned = await Promise.all([instance(), instance()].map((one) => one.rotateWhenOld()));
    expect(turned.filter(Boolean)).toHaveLength(1);
    expect((await instance().current()).keyId).not.toBe(old.keyId);
    expect(await instance().byId(old.keyId)).toEqual(old);
  });
});
