import { describe, expect, it } from 'vitest';
import { checkTenant } from '../../shared/checks/check-tenant.ts';
import { finishRun } from '../../shared/checks/finish-run.ts';
import { resumeStuckRuns } from '../../shared/checks/resume-stuck-runs.ts';
import { newNightId, partsOfRunId, tenantKey } from '../../shared/checks/run.ts';
import { startNight } from '../../shared/checks/start-night.ts';
import {
  appWithSecret,
  checksHouse,
  directoryOf,
  drain,
  OTHER_TENANT,
  TENANT,
} from '../support/checks.ts';
import { Crash, crashing } from '../support/crashing.ts';

const SOON = '2026-12-01T00:00:00Z';
const LATER_MS = 16 * 60_000;
const both = { tenantIds: [TENANT, OTHER_TENANT], reason: 'schedule' };

describe('the start of a night', () => {
  it('queues one run and one message per tenant', async () => {
    const house = checksHouse();
    const runs = await startNight(house.deps, {
      ...both,
      tenantIds: [TENANT, OTHER_TENANT, TENANT.toUpperCase()],
    });
    expect(runs.map(({ tenantId, status }) => [tenantId, status])).toEqual([
      [TENANT, 'queued'],
      [OTHER_TENANT, 'queued'],
    ]);
    expect(house.queue.length).toBe(2);
    expect(house.queue.take()).toEqual({ runId: runs[0]?.runId });
    expect(runs[0]?.runId).toMatch(/^20261125T020000Z-[\da-f]{4}\.11111111-/);
  });

  it('gives back the run in progress instead of a second one', async () => {
    const house = checksHouse();
    const [first] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'schedule' });
    const again = await startNight(house.deps, both);
    expect(again[0]).toEqual(first);
    expect(again).toHaveLength(2);
    expect(again[1]?.nightId).not.toBe(first?.nightId);
    expect(house.queue.length).toBe(2);
    expect(house.tables.dump()['nights']).toHaveLength(2);
  });

  it('starts one run per tenant even when two start it at once', async () => {
    const house = checksHouse();
    const started = await Promise.all(
      Array.from({ length: 5 }, () => startNight(house.deps, { tenantIds: [TENANT], reason: 'x' })),
    );
    expect(new Set(started.flat().map(({ runId }) => runId)).size).toBe(1);
    expect(house.tables.dump()['runs']).toHaveLength(1);
  });

  it('starts a new run once the last one has ended', async () => {
    const house = checksHouse();
    const [first] = await house.night();
    const [second] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'request' });
    expect(second?.runId).not.toBe(first?.runId);
    expect(second?.status).toBe('queued');
  });

  it('lists the newest night first', async () => {
    const house = checksHouse();
    const nights: string[] = [];
    for (let night = 0; night < 3; night += 1) {
      house.clock.set(`2026-1${night}-05T02:00:00Z`);
      nights.push((await house.night([TENANT, OTHER_TENANT]))[0]?.nightId ?? '');
    }
    const recent = await house.deps.runs.recent(4);
    expect(recent.map(({ nightId }) => nightId)).toEqual([
      nights[2],
      nights[2],
      nights[1],
      nights[1],
    ]);
  });

  it('refuses what is no tenant', async () => {
    const house = checksHouse();
    await expect(
      startNight(house.deps, { tenantIds: ['../x'], reason: 'x' }),
    ).rejects.toMatchObject({ code: 'bad_request' });
  });
});

describe('a night', () => {
  it('is over when the last of its runs was finished', async () => {
    const house = checksHouse();
    const [first, second] = await startNight(house.deps, both);
    const nightId = first?.nightId ?? '';
    const over = () => house.deps.runs.nightIsOver(nightId);
    expect(await over()).toBe(false);
    for (const run of [first, second]) {
      const checked = await checkTenant(house.deps, run?.runId ?? '');
      expect(await over()).toBe(false);
      await finishRun(house.deps, checked.run);
    }
    expect(await over()).toBe(true);
    expect(await house.deps.runs.nightIsOver('20200101T000000Z-0000')).toBe(false);
  });

  it('shows a run as running until it was finished, then for good', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    const [queued] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'x' });
    const { run } = await checkTenant(house.deps, queued?.runId ?? '');
    expect((await house.deps.runs.get(run.runId))?.status).toBe('running');
    await finishRun(house.deps, run);
    await finishRun(house.deps, { ...run, status: 'failed' });
    expect(await house.deps.runs.get(run.runId)).toEqual(run);
  });
});

describe('what got stuck', () => {
  it('is left alone while it may still be at work', async () => {
    const house = checksHouse();
    await startNight(house.deps, both);
    house.clock.advance(60_000);
    expect(await resumeStuckRuns(house.deps)).toEqual({ resent: [], givenUp: [], relaunched: [] });
  });

  it('gets its message again, and is failed with a reason when that does not help', async () => {
    const house = checksHouse();
    const [run] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'x' });
    for (let sends = 1; sends < 5; sends += 1) {
      house.queue.take();
      house.clock.advance(LATER_MS);
      expect((await resumeStuckRuns(house.deps)).resent).toEqual([run?.runId]);
    }
    house.clock.advance(LATER_MS);
    const { givenUp } = await resumeStuckRuns(house.deps);
    expect(givenUp).toMatchObject([{ runId: run?.runId, status: 'failed' }]);
    expect(givenUp[0]?.reasons.join()).toContain('log');
    expect(await house.deps.runs.nightIsOver(run?.nightId ?? '')).toBe(true);
    expect(await house.deps.runs.inProgress(TENANT)).toBeNull();
  });

  it('counts from the last sign of life', async () => {
    const house = checksHouse();
    const [run] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'x' });
    house.clock.advance(LATER_MS);
    await checkTenant(house.deps, run?.runId ?? '');
    expect((await resumeStuckRuns(house.deps)).resent).toEqual([]);
  });
});

describe('a process that dies at any write', () => {
  const points = Array.from({ length: 40 }, (_, n) => n + 1).flatMap(
    (write) =>
      [
        [write, 'before'],
        [write, 'after'],
      ] as const,
  );

  it.each(points)('(write %i, %s) loses no tenant and no finding', async (write, when) => {
    const world = crashing();
    const house = checksHouse({
      tables: (open) => world.tables(open),
      queue: (queue) => world.queue(queue),
    });
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    world.arm(write, when);
    const work = async () => {
      await startNight(house.deps, both);
      await workOff();
    };
    /** As the queue does it: a message whose worker died comes back. */
    const workOff = async () => {
      for (let message = house.queue.take(); message !== null; message = house.queue.take()) {
        try {
          const { run } = await checkTenant(house.deps, message.runId);
          await finishRun(house.deps, run);
        } catch (error) {
          await house.queue.send(message);
          throw error;
        }
      }
    };
    await work().catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
    world.restart();
    house.clock.advance(LATER_MS);
    await resumeStuckRuns(house.deps);
    await drain(house.deps, house.queue);
    // The timer's next start finds nothing in its way.
    const next = await startNight(house.deps, both);
    expect(next.map(({ status }) => status)).toEqual(['queued', 'queued']);
    await drain(house.deps, house.queue);

    const runs = await house.deps.runs.recent(100);
    expect(runs.every(({ status }) => status === 'complete')).toBe(true);
    for (const nightId of new Set(runs.map(({ nightId }) => nightId))) {
      expect(await house.deps.runs.nightIsOver(nightId)).toBe(true);
    }
    for (const tenant of [TENANT, OTHER_TENANT])
      expect(await house.findings(tenant)).toHaveLength(1);
    expect(house.tables.dump()['pendingRuns']).toEqual([]);
    expect(house.tables.dump()['openRuns']).toEqual([]);
  });
});

describe('ids', () => {
  it('of nights sort by time', () => {
    const ids = ['2026-11-25T02:00:00.999Z', '2026-11-25T02:00:01Z', '2027-01-01T00:00:00Z'].map(
      (instant) => newNightId(new Date(instant), () => 0.999_99),
    );
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[0]).toBe('20261125T020000Z-ffff');
  });

  it('of runs are taken apart, and nothing else is', () => {
    expect(partsOfRunId(`20261125T020000Z-3f9c.${TENANT}`)).toEqual({
      nightId: '20261125T020000Z-3f9c',
      tenantId: TENANT,
    });
    for (const text of [
      '',
      'x',
      `20261125T020000Z-3f9c.`,
      `20261125T020000Z-3f9c.a/b`,
      `.${TENANT}`,
    ]) {
      expect(partsOfRunId(text)).toBeNull();
    }
    expect(tenantKey(' Contoso.Example ')).toBe('contoso.example');
  });
});
