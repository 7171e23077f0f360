import { describe, expect, it } from 'vitest';
import { catchUp, type CatchUp } from '../../shared/checks/catch-up.ts';
import { missedChecks } from '../../shared/checks/missed-checks.ts';
import { startNight } from '../../shared/checks/start-night.ts';
import { checksHouse, drain, OTHER_TENANT, TENANT } from '../support/checks.ts';

function setUp({ tenantIds = [TENANT], schedule = '0 0 2 * * *' } = {}) {
  const house = checksHouse();
  const announced: string[] = [];
  const deps = () => ({
    ...house.deps,
    missed: missedChecks(house.tables.open),
    schedule,
    tenantIds,
    announce: async ({ nightId }: { nightId: string }) => void announced.push(nightId),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const look = () => catchUp(deps());
  return {
    house,
    announced,
    look,
    /** Looks as the sweep does, until a point in time; gives back what came of it. */
    lookUntil: async (until: string): Promise<CatchUp[]> => {
      const seen: CatchUp[] = [];
      for (; house.clock.now().getTime() < Date.parse(until); house.clock.advance(5 * 60_000)) {
        seen.push(await look());
      }
      return [...new Set(seen)];
    },
    nights: async () => {
      const ids: string[] = [];
      for await (const { nightId } of house.deps.runs.nights.newestFirst()) ids.push(nightId);
      return ids;
    },
  };
}

describe('a check whose timer did not start it', () => {
  it('is never made up before a first night, however often somebody looks', async () => {
    const { house, lookUntil, nights } = setUp();
    house.clock.set('2026-11-25T09:00:00Z');
    expect(await lookUntil('2026-11-27T09:00:00Z')).toEqual(['firstBoot', 'onTime']);
    expect(await nights()).toEqual([]);
  });

  it('is started after ten minutes and two looks, once, under an id that is that of its due instant', async () => {
    const { house, lookUntil, nights, announced } = setUp();
    await house.night();
    house.clock.set('2026-11-26T01:30:00Z');
    expect(await lookUntil('2026-11-26T02:10:00Z')).toEqual(['onTime']);
    expect(await lookUntil('2026-11-26T02:15:00Z')).toEqual(['noticed']);
    expect(await lookUntil('2026-11-26T02:20:00Z')).toEqual(['started']);
    expect(await lookUntil('2026-11-26T23:00:00Z')).toEqual(['onTime']);
    expect((await nights())[0]).toBe('20261126T020000Z-0000');
    expect(announced).toEqual(['20261126T020000Z-0000']);
    expect(await drain(house.deps, house.queue)).toMatchObject([
      { nightId: '20261126T020000Z-0000', status: 'complete' },
    ]);
  });

  it('facts 3 row 74: is started once when many look at once', async () => {
    const { house, look, nights } = setUp();
    await house.night();
    house.clock.set('2026-11-26T03:00:00Z');
    await look();
    house.clock.advance(5 * 60_000);
    const outcomes = await Promise.all(Array.from({ length: 8 }, look));
    expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(1);
    expect(await nights()).toHaveLength(2);
    expect(house.queue.length).toBe(1);
  });

  it('is not started beside a night that the timer started late', async () => {
    const { house, look, nights } = setUp();
    await house.night();
    house.clock.set('2026-11-28T12:00:00Z');
    // A host that was down for days: its sweep and its past-due timer run at the same moment.
    expect(await look()).toBe('noticed');
    await house.night();
    house.clock.advance(5 * 60_000);
    expect(await look()).toBe('onTime');
    expect(await nights()).toHaveLength(2);
  });

  it('is made up for once, not once for every night that was missed', async () => {
    const { house, lookUntil, nights } = setUp();
    await house.night();
    house.clock.set('2026-12-02T12:00:00Z');
    await lookUntil('2026-12-02T14:00:00Z');
    expect(await nights()).toEqual(['20261202T020000Z-0000', expect.stringMatching(/^20261125T/)]);
  });

  it('counts a night that somebody asked for as the check, when it was of every tenant', async () => {
    const { house, look } = setUp({ tenantIds: [TENANT, OTHER_TENANT] });
    await house.night();
    house.clock.set('2026-11-26T02:05:00Z');
    await startNight(house.deps, { tenantIds: [TENANT], reason: 'request' });
    house.clock.set('2026-11-26T03:00:00Z');
    expect(await look()).toBe('noticed');
    await drain(house.deps, house.queue);
    await startNight(house.deps, { tenantIds: [TENANT, OTHER_TENANT], reason: 'request' });
    house.clock.advance(5 * 60_000);
    expect(await look()).toBe('onTime');
  });

  it('waits for the day of a schedule that is due once in four years', async () => {
    const { house, lookUntil, nights } = setUp({ schedule: '0 0 2 29 2 *' });
    house.clock.set('2028-01-25T02:00:00Z');
    await house.night();
    house.clock.set('2028-02-28T00:00:00Z');
    expect(await lookUntil('2028-02-29T02:00:00Z')).toEqual(['onTime']);
    expect(await lookUntil('2028-02-29T03:00:00Z')).toEqual(['onTime', 'noticed', 'started']);
    expect((await nights())[0]).toBe('20280229T020000Z-0000');
  });
});
