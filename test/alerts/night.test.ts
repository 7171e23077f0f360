import { describe, expect, it } from 'vitest';
import { stageOf } from '../../shared/expiry/stage.ts';
import {
  alertWorld,
  finding,
  owner,
  run,
  TENANT,
  told,
  type AlertWorld,
} from '../support/alerts.ts';
import type { Finding } from '../../shared/checks/finding.ts';

const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';

let nights = 0;
function nextRun(overrides: Parameters<typeof run>[0] = {}) {
  nights += 1;
  return run({ runId: `run-${nights}`, nightId: `night-${nights}`, ...overrides });
}

/** What a check would find now. */
function asOf(world: AlertWorld, one: Finding): Finding {
  const { startsAt, expiresAt } = one;
  const validity = {
    startsAt: startsAt === null ? null : new Date(startsAt),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
  return { ...one, stage: stageOf(validity, world.clock.now()) };
}

describe('a night of alerts', () => {
  it('sends one mail to each recipient, and a second run of the same sends none', async () => {
    const world = alertWorld();
    const findings = [finding(), finding({ id: 'b' }), finding({ id: 'c', owners: [] })];
    await world.night(nextRun(), findings);
    expect(world.mail.accepted).toHaveLength(2);
    expect(told(world.mail.accepted).toSorted()).toEqual([
      'anna@contoso.example: application:aa:clientSecret:k1 at 14',
      'anna@contoso.example: b at 14',
      'fallback@contoso.example: c at 14',
    ]);
    await world.night(nextRun(), findings);
    expect(world.mail.accepted).toHaveLength(2);
  });

  it('sends one mail and not seven when it starts late', async () => {
    const world = alertWorld();
    world.clock.set('2027-01-30T20:00:00.000Z');
    await world.night(nextRun(), [asOf(world, finding())]);
    const toAnna = world.mail.accepted.filter(({ address }) => address === 'anna@contoso.example');
    expect(told(toAnna)).toEqual(['anna@contoso.example: application:aa:clientSecret:k1 at 1']);
  });

  it('loses no stage to a missed night', async () => {
    const world = alertWorld();
    world.clock.set('2026-12-31T02:00:00.000Z');
    await world.night(nextRun(), [asOf(world, finding())]);
    // The night of day 30 does not happen.
    world.clock.set('2027-01-02T14:00:00.000Z');
    await world.night(nextRun(), [asOf(world, finding())]);
    expect(told(world.mail.accepted).map((line) => line.split(' at ')[1])).toEqual(['60', '30']);
  });

  it('sends eleven mails per owner in the whole life of a secret that nobody replaces', async () => {
    const world = alertWorld({ lists: { fallback: [], escalation: [], operations: [] } });
    world.clock.set('2026-11-20T02:00:00.000Z');
    for (let day = 0; day < 120; day += 1) {
      await world.night(nextRun(), [asOf(world, finding())]);
      world.clock.advance(86_400_000);
    }
    const stages = told(world.mail.accepted).map((line) => Number(line.split(' at ')[1]));
    expect(stages).toEqual([60, 30, 14, 7, 3, 1, 0, -7, -14, -21, -28]);
  });

  it('waits for the night’s last run, so that the lists get one mail over all tenants', async () => {
    const world = alertWorld();
    const first = nextRun();
    const second = run({ ...first, runId: 'second', tenantId: OTHER_TENANT });
    world.runs.push(first, second);
    await world.plan(first, [finding({ owners: [] })]);
    world.finish(first);
    expect(await world.over(first.nightId)).toEqual({ isOver: false, enqueued: 0 });
    expect((await world.sweep()).enqueued).toBe(0);
    await world.plan(second, [finding({ owners: [], tenantId: OTHER_TENANT })]);
    world.finish(second);
    expect(await world.over(first.nightId)).toEqual({ isOver: true, enqueued: 1 });
    await world.drain();
    expect(world.mail.accepted).toHaveLength(1);
    expect(world.mail.accepted[0]?.items.map(({ tenantId }) => tenantId).toSorted()).toEqual([
      TENANT,
      OTHER_TENANT,
    ]);
  });

  it('sends an owner of two tenants a mail for each', async () => {
    const world = alertWorld();
    const first = nextRun();
    const second = run({ ...first, runId: 'second', tenantId: OTHER_TENANT });
    world.runs.push(first, second);
    await world.plan(first, [finding()]);
    world.finish(first);
    await world.plan(second, [finding({ tenantId: OTHER_TENANT })]);
    world.finish(second);
    await world.over(first.nightId);
    await world.drain();
    expect(world.mail.accepted.map(({ scope }) => scope).toSorted()).toEqual([
      TENANT,
      OTHER_TENANT,
    ]);
  });

  it('is over when a run has failed, and goes out anyway when a run never ends', async () => {
    const world = alertWorld();
    const good = nextRun();
    const bad = run({ ...good, runId: 'bad', tenantId: OTHER_TENANT, status: 'running' });
    world.runs.push(good, bad);
    await world.plan(good, [finding()]);
    world.finish(good);
    expect((await world.over(good.nightId)).isOver).toBe(false);
    world.clock.advance(2 * 3_600_000);
    expect((await world.sweep()).enqueued).toBe(1);
    await world.drain();
    expect(world.mail.accepted).toHaveLength(1);

    world.finish(bad);
    expect((await world.over(good.nightId)).isOver).toBe(true);
  });

  it('plans what a partial run has read, and nothing for a failed one', async () => {
    const world = alertWorld();
    expect(await world.plan(nextRun({ status: 'failed' }), [finding()])).toEqual({ planned: 0 });
    expect(await world.plan(nextRun({ status: 'partial' }), [finding()])).toEqual({ planned: 1 });
  });

  it('says nothing about what is not due, is closed, or is proven to be replaced', async () => {
    const world = alertWorld();
    const findings = [
      finding({ stage: null }),
      finding({ id: 'self-renewing', stage: null, selfRenewing: 'appProxy' }),
      finding({ id: 'closed', closedAt: '2027-01-18T02:00:00.000Z' }),
      finding({ id: 'replaced', supersession: 'replacementInUse' }),
    ];
    expect(await world.plan(nextRun(), findings)).toEqual({ planned: 0 });
  });

  it('warns about a replacement that nobody has proven, and about what should have renewed itself', async () => {
    const world = alertWorld();
    const findings = [
      finding({ id: 'unproven', supersession: 'replacementUnproven' }),
      finding({ id: 'stuck', selfRenewing: 'appProxy' }),
    ];
    expect(await world.plan(nextRun(), findings)).toEqual({ planned: 2 });
  });

  it('calls for a human when nobody at all can be told', async () => {
    const world = alertWorld({ lists: { fallback: [], escalation: [], operations: [] } });
    await world.plan(nextRun(), [finding({ owners: [owner(null)] })]);
    expect(world.log.lines.map(({ level }) => level)).toEqual(['error']);
  });
});

describe('the mode', () => {
  const findings = [finding(), finding({ id: 'b', owners: [owner('bob@contoso.example')] })];

  it.each(['preview', 'operations'] as const)(
    'sends nothing to anybody but operations in %s, one mail that knows who would be told',
    async (mode) => {
      const world = alertWorld();
      world.setMode(mode);
      await world.night(nextRun(), findings);
      expect(world.mail.accepted.map(({ address, scope }) => [address, scope])).toEqual([
        ['operations@contoso.example', mode],
      ]);
      const [message] = world.mail.accepted;
      expect(
        message?.items.flatMap((item) => item.told.map(({ address }) => address)).toSorted(),
      ).toEqual(['anna@contoso.example', 'bob@contoso.example']);
    },
  );

  it('tells everybody after a preview, as if it had never been', async () => {
    const world = alertWorld();
    world.setMode('preview');
    await world.night(nextRun(), findings);
    world.setMode('live');
    await world.night(nextRun(), findings);
    expect(world.mail.accepted.map(({ address }) => address).toSorted()).toEqual([
      'anna@contoso.example',
      'bob@contoso.example',
      'operations@contoso.example',
    ]);
  });

  it('keeps what was planned for people when somebody goes back to preview before it left', async () => {
    const world = alertWorld();
    const one = nextRun();
    world.runs.push(one);
    await world.plan(one, findings);
    world.finish(one);
    await world.over(one.nightId);
    world.setMode('preview');
    expect(await world.drain()).toEqual([{ status: 'nothingDue' }, { status: 'nothingDue' }]);
    expect((await world.sweep()).enqueued).toBe(0);
    expect(world.mail.tried).toEqual([]);
    world.setMode('live');
    expect((await world.sweep()).enqueued).toBe(2);
    await world.drain();
    expect(world.mail.accepted).toHaveLength(2);
  });

  it('plans nothing without a channel, keeps what was planned before, and sends it once there is one', async () => {
    const world = alertWorld();
    const one = nextRun();
    world.runs.push(one);
    await world.plan(one, [finding()]);
    world.finish(one);
    world.setChannels([]);
    await world.over(one.nightId);
    expect(await world.drain()).toEqual([{ status: 'nothingDue' }]);
    expect(await world.plan(nextRun(), findings)).toEqual({ planned: 0 });
    expect((await world.sweep()).enqueued).toBe(0);
    world.setChannels(['mail']);
    await world.night(nextRun(), findings);
    await world.sweep();
    await world.drain();
    expect(world.mail.accepted).toHaveLength(2);
  });
});
