import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import {
  alertWorld,
  finding,
  LISTS,
  TENANT,
  run,
  told,
  type AlertWorld,
} from '../support/alerts.ts';

const HOUR = 3_600_000;
const REFUSED = { status: 'refused', reason: 'Somebody must change something.' } as const;

function worldWith(channels: string[], lists = LISTS): AlertWorld {
  const world = alertWorld({ lists });
  world.setChannels(channels);
  return world;
}

/** A channel that says no for good. */
function breaks(world: AlertWorld, channel: 'mail' | 'teams' | 'webhook'): void {
  world[channel].answers = Array.from({ length: 500 }, () => REFUSED);
}

/** Two days of sweeps: longer than any pause between tries. */
async function wait(world: AlertWorld): Promise<void> {
  for (let hour = 0; hour < 48; hour += 1) {
    world.clock.advance(HOUR);
    await world.sweep();
    await world.drain();
  }
}

function itemsTo(messages: AlertMessage[], address: string): AlertItem[] {
  return messages.filter((one) => one.address === address).flatMap(({ items }) => items);
}

describe('when mail is given up', () => {
  it('the Teams channel hears whom it did not reach, and the warning is on record once', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'mail');
    await world.night(run(), [finding()]);
    await wait(world);
    const items = world.teams.accepted.flatMap(({ items }) => items);
    expect(items).toMatchObject([
      { kind: 'ends', reason: 'channel' },
      { kind: 'undelivered', address: 'anna@contoso.example', because: REFUSED.reason },
    ]);
    // The owner's mail and the notice to operations, five tries each, and no third one.
    expect(world.mail.tried).toHaveLength(10);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
  });

  it('before alerts are live, nobody but the log hears it', async () => {
    for (const mode of ['preview', 'operations'] as const) {
      const world = worldWith(['mail', 'teams', 'webhook']);
      world.setMode(mode);
      breaks(world, 'mail');
      await world.night(run(), [finding()]);
      await wait(world);
      expect(world.teams.tried).toEqual([]);
      expect(world.log.lines.some(({ level }) => level === 'error')).toBe(true);
    }
  });
});

describe('when the Teams channel is given up', () => {
  it('it is the fallback list of the tenant that gets the warning, where it has one of its own', async () => {
    const listsOfTenant = { [TENANT]: { fallback: ['them@fabrikam.example'] } };
    const world = alertWorld({ listsOfTenant });
    world.setChannels(['mail', 'teams']);
    breaks(world, 'teams');
    await world.night(run(), [finding()]);
    await wait(world);
    expect(itemsTo(world.mail.accepted, 'them@fabrikam.example')).toHaveLength(1);
    expect(itemsTo(world.mail.accepted, 'fallback@contoso.example')).toEqual([]);
  });

  it('the fallback list gets the warning by mail, and operations are told', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'teams');
    await world.night(run(), [finding()]);
    await wait(world);
    expect(itemsTo(world.mail.accepted, 'fallback@contoso.example')).toMatchObject([
      { kind: 'ends', reason: 'insteadOfTeams', stage: 14 },
    ]);
    expect(itemsTo(world.mail.accepted, 'operations@contoso.example')).toMatchObject([
      { kind: 'undelivered', address: 'the Teams channel', because: REFUSED.reason },
    ]);
  });

  it('the fallback list hears of its end as well, and its calendars are cleared', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'teams');
    await world.night(run(), [finding()]);
    await wait(world);
    const inUse = finding({ supersession: 'replacementInUse' });
    await world.done(run({ runId: 'run-2' }), [inUse]);
    await wait(world);
    expect(
      itemsTo(world.mail.accepted, 'fallback@contoso.example').map(({ kind }) => kind),
    ).toEqual(['ends', 'done']);
  });

  it('the fallback list is told anew about what was over and came back at the same stage', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'teams');
    await world.night(run(), [finding()]);
    await wait(world);
    await world.done(run({ runId: 'run-2' }), [finding({ supersession: 'replacementInUse' })]);
    await wait(world);
    await world.night(run({ runId: 'run-3', nightId: 'night-3' }), [finding()]);
    await wait(world);
    expect(itemsTo(world.mail.accepted, 'fallback@contoso.example')).toMatchObject([
      { kind: 'ends', episode: 0 },
      { kind: 'done' },
      { kind: 'ends', episode: 1, reason: 'insteadOfTeams' },
    ]);
  });

  it('nobody on the fallback list is told twice', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'teams');
    await world.night(run(), [finding({ stage: 7 }), finding({ id: 'b', owners: [] })]);
    await wait(world);
    const warnings = told(world.mail.accepted).filter((text) => text.startsWith('fallback@'));
    expect(new Set(warnings).size).toBe(warnings.length);
    expect(warnings).toHaveLength(2);
  });

  it('and mail too, it ends: each is tried five times, in no circle', async () => {
    const world = worldWith(['mail', 'teams']);
    breaks(world, 'teams');
    breaks(world, 'mail');
    await world.night(run(), [finding()]);
    await wait(world);
    await wait(world);
    // Teams: the warning, and that anna was not reached.
    expect(world.teams.tried.length).toBeLessThanOrEqual(10);
    // Mail: anna; fallback instead of Teams; operations about each of these three.
    expect(world.mail.tried.length).toBeLessThanOrEqual(25);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
  });
});

describe('when the webhook is given up', () => {
  it('operations are told which ticket to open, and by the first 410', async () => {
    const world = worldWith(['mail', 'webhook']);
    world.webhook.answers = [{ ...REFUSED, isFinal: true }];
    await world.night(run(), [finding()]);
    await world.drain();
    expect(world.webhook.tried).toHaveLength(1);
    expect(itemsTo(world.mail.accepted, 'operations@contoso.example')).toMatchObject([
      {
        kind: 'undelivered',
        address: 'the webhook',
        because: expect.stringMatching(/event “opened” of the ticket keyturn-[0-9a-f]{32}/),
      },
    ]);
  });
});

describe('when the monthly test message is given up', () => {
  const MONTH = 31 * 24 * HOUR;

  it('through Teams, operations read by mail that Teams does not work', async () => {
    const world = worldWith(['mail', 'teams']);
    await world.canary();
    world.clock.advance(MONTH);
    breaks(world, 'teams');
    expect(await world.canary()).toBe(2);
    await wait(world);
    expect(world.mail.accepted.flatMap(({ reports = [] }) => reports)).toMatchObject([
      { kind: 'channelTest', why: 'monthly' },
      { kind: 'channelTrouble', channel: 'teams', because: REFUSED.reason },
    ]);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
  });

  it('by mail, the Teams channel reads it', async () => {
    const world = worldWith(['mail', 'teams']);
    await world.canary();
    world.clock.advance(MONTH);
    breaks(world, 'mail');
    await world.canary();
    await wait(world);
    expect(world.teams.accepted.flatMap(({ reports = [] }) => reports)).toMatchObject([
      { kind: 'channelTest' },
      { kind: 'channelTrouble', channel: 'mail' },
    ]);
  });
});

describe('a channel that never stops asking to wait', () => {
  it('is given up after a day and some tries, not carried along for ever', async () => {
    const world = worldWith(['mail', 'teams']);
    world.teams.answers = Array.from({ length: 500 }, () => ({
      status: 'throttled' as const,
      notBefore: new Date(world.clock.now().getTime() + 10 * 24 * HOUR),
    }));
    await world.night(run(), [finding()]);
    await wait(world);
    expect(itemsTo(world.mail.accepted, 'operations@contoso.example')).toMatchObject([
      { address: 'the Teams channel', because: expect.stringMatching(/wait for more than a day/) },
    ]);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
  });
});
