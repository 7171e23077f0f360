import { describe, expect, it } from 'vitest';
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

const OTHER_TENANT = '99999999-1111-4111-8111-111111111111';

function worldWithAll(): AlertWorld {
  const world = alertWorld();
  world.setChannels(['mail', 'teams', 'webhook']);
  return world;
}

let nights = 0;

/** One night of one tenant, as a run would see it; findings that are not named are closed. */
async function night(world: AlertWorld, findings: Finding[]): Promise<void> {
  nights += 1;
  world.clock.advance(86_400_000);
  const at = world.clock.now();
  await world.findings.record({
    tenantId: TENANT,
    findings,
    at,
    closeOthers: true,
    ownersRead: () => true,
  });
  await world.night(run({ runId: `r${nights}`, nightId: `n${nights}` }), findings);
}

function events(world: AlertWorld): string[] {
  return world.webhook.accepted
    .flatMap(({ items }) => items)
    .map((item) => (item.kind === 'event' ? `${item.event} ${item.findingId} ${item.stage}` : ''));
}

describe('the Teams channel', () => {
  it('gets one card per night and tenant with all stages reached, beside the mails', async () => {
    const world = worldWithAll();
    const other = run({ runId: 'run-2', tenantId: OTHER_TENANT });
    world.runs.push(other);
    await world.plan(other, [finding({ tenantId: OTHER_TENANT, id: 'x' })]);
    world.finish(other);
    await world.night(run(), [finding(), finding({ id: 'b', stage: 0 }), finding({ id: 'c' })]);
    const cards = world.teams.accepted.map(({ scope, items }) => [scope, items.length]);
    expect(cards).toHaveLength(2);
    expect(new Map(cards as [string, number][])).toEqual(
      new Map([
        [TENANT, 3],
        [OTHER_TENANT, 1],
      ]),
    );
    expect(told(world.mail.accepted)).toContain('anna@contoso.example: b at 0');
  });

  it('gets each finding and stage once', async () => {
    const world = worldWithAll();
    await night(world, [finding()]);
    await night(world, [finding()]);
    await night(world, [finding({ stage: 7 })]);
    expect(told(world.teams.accepted)).toEqual([
      'the Teams channel: application:aa:clientSecret:k1 at 14',
      'the Teams channel: application:aa:clientSecret:k1 at 7',
    ]);
  });

  it('needs no mail (facts 3 row 67: each channel is optional)', async () => {
    const world = alertWorld();
    world.setChannels(['teams']);
    await world.night(run(), [finding({ owners: [owner(null)] })]);
    expect(world.teams.accepted).toHaveLength(1);
    expect(world.mail.tried).toEqual([]);
    expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('the webhook', () => {
  it('gets one event per finding and stage, and "resolved" when a complete run misses it', async () => {
    const world = worldWithAll();
    await night(world, [finding({ id: 'a' }), finding({ id: 'b' })]);
    await night(world, [finding({ id: 'a' }), finding({ id: 'b' })]);
    await night(world, [finding({ id: 'a', stage: 7 }), finding({ id: 'b' })]);
    await night(world, [finding({ id: 'b' })]);
    await night(world, [finding({ id: 'b' })]);
    expect(events(world)).toEqual([
      expect.stringMatching(/^opened [ab] 14$/),
      expect.stringMatching(/^opened [ab] 14$/),
      'stage a 7',
      'resolved a 7',
    ]);
    const keys = world.webhook.accepted.map(({ items: [item] }) =>
      item?.kind === 'event' ? `${item.findingId} ${item.dedupKey}` : '',
    );
    expect(new Set(keys).size).toBe(2);
    // Each in a call of its own, whose id is its own too.
    expect(new Set(world.webhook.accepted.map(({ id }) => id)).size).toBe(4);
  });

  it('hears that a replacement is in use, and that it is not any more', async () => {
    const world = worldWithAll();
    await night(world, [finding()]);
    await night(world, [finding({ supersession: 'replacementInUse' })]);
    await night(world, [finding({ supersession: 'replacementInUse' })]);
    await night(world, [finding()]);
    expect(events(world).map((event) => event.split(' ')[0])).toEqual([
      'opened',
      'resolved',
      'opened',
    ]);
  });

  it('hears that what renews itself was renewed after all', async () => {
    const world = worldWithAll();
    const late = { selfRenewing: 'appProxy', stage: 7 };
    await night(world, [finding({ ...late, renewalFailed: true })]);
    await night(world, [finding({ ...late, renewalFailed: true })]);
    expect(events(world)).toEqual(['opened application:aa:clientSecret:k1 7']);
    // The old one is still there and near its end, beside the new one.
    await night(world, [finding({ ...late, stage: null, renewalFailed: false })]);
    await night(world, [finding({ ...late, stage: null, renewalFailed: false })]);
    expect(events(world).slice(1)).toEqual(['resolved application:aa:clientSecret:k1 7']);
  });

  it('hears nothing of what a run could not read', async () => {
    const world = worldWithAll();
    await night(world, [finding()]);
    // A run that failed, and one that is told about again after its end: neither names a finding.
    await world.night(run({ runId: 'f', nightId: 'f', status: 'failed' }), []);
    await world.night(run({ runId: 'g', nightId: 'g' }), []);
    expect(events(world)).toHaveLength(1);
  });

  it('gets the events of one secret in their order, however late', async () => {
    const world = worldWithAll();
    const notBefore = new Date(world.clock.now().getTime() + 30 * 3_600_000);
    world.webhook.answers = [{ status: 'throttled', notBefore }];
    world.webhook.answers.push({ status: 'failed', reason: 'x' });
    await night(world, [finding()]);
    await night(world, [finding({ stage: 7 })]);
    for (let step = 0; step < 30; step += 1) {
      world.clock.advance(10 * 60_000);
      await world.sweep();
      await world.drain();
    }
    expect(events(world).map((event) => event.split(' ')[0])).toEqual(['opened', 'stage']);
  });
});

describe('before alerts are live', () => {
  it.each(['preview', 'operations'] as const)(
    'in %s mode nothing leaves but mail to operations',
    async (mode) => {
      const world = worldWithAll();
      world.setMode(mode);
      await night(world, [finding(), finding({ id: 'b' })]);
      await night(world, [finding()]);
      expect(world.teams.tried).toEqual([]);
      expect(world.webhook.tried).toEqual([]);
      expect(new Set(world.mail.accepted.map(({ address }) => address))).toEqual(
        new Set(['operations@contoso.example']),
      );
      world.setMode('live');
      await night(world, [finding()]);
      expect(world.teams.accepted).toHaveLength(1);
      expect(events(world)).toEqual(['opened application:aa:clientSecret:k1 14']);
    },
  );
});

describe('a message in several parts', () => {
  it('goes on with what had not gone out when trouble came', async () => {
    const world = worldWithAll();
    const [first, second] = [finding({ id: 'a' }), finding({ id: 'b' })];
    const later = new Date(world.clock.now().getTime() + 86_400_000 + 60_000);
    world.teams.answers = [];
    const send = world.teams.send.bind(world.teams);
    let isFirst = true;
    world.teams.send = async (message) => {
      if (!isFirst) return send(message);
      isFirst = false;
      return { status: 'throttled', notBefore: later, accepted: message.items.slice(0, 1) };
    };
    await night(world, [first, second]);
    world.clock.advance(120_000);
    await world.sweep();
    await world.drain();
    expect(world.teams.accepted.map(({ items }) => items.length)).toEqual([1]);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
  });
});
