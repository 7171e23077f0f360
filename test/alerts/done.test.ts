import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/checks/finding.ts';
import { alertWorld, finding, replacedBy, run, told, type AlertWorld } from '../support/alerts.ts';

const REPLACED: Partial<Finding> = { ...replacedBy('new'), supersededBy: 'new' };

/** Plays nights, each with what its run left open; gives back what went out, night by night. */
async function played(
  world: AlertWorld,
  nights: Finding[][],
  status: 'complete' | 'partial' = 'complete',
) {
  const out: string[][] = [];
  for (const [index, open] of nights.entries()) {
    const id = `n${world.runs.length}-${index}`;
    const one = run({ runId: id, nightId: id, status });
    const before = allOf(world).length;
    await world.night(one, open);
    out.push(told(allOf(world).slice(before)));
    world.clock.advance(86_400_000);
  }
  return out;
}

function allOf({ mail, teams }: AlertWorld) {
  return [...mail.accepted, ...teams.accepted];
}

const WARNED = 'anna@contoso.example: application:aa:clientSecret:k1 at 14';
const DONE = 'anna@contoso.example: done application:aa:clientSecret:k1';

describe('what was warned about', () => {
  it('is over when its replacement is in use: one note to whoever was warned', async () => {
    const world = alertWorld();
    const replaced = finding(REPLACED);
    expect(await played(world, [[finding()], [replaced], [replaced]])).toEqual([
      [WARNED],
      [DONE],
      [],
    ]);
  });

  it('is over when it was deleted, which a complete run says', async () => {
    const world = alertWorld();
    expect(await played(world, [[finding()], [], []])).toEqual([[WARNED], [DONE], []]);
  });

  it('is over when it renewed itself after all', async () => {
    const world = alertWorld();
    const stuck = finding({ selfRenewing: 'appProxy', renewalFailed: true });
    const renewed = finding({ selfRenewing: 'appProxy', stage: null });
    expect(await played(world, [[stuck], [renewed]])).toEqual([[WARNED], [DONE]]);
  });

  it('is not over because a run is told about again and names nothing', async () => {
    const world = alertWorld();
    await played(world, [[finding()]]);
    await world.findings.record({
      tenantId: finding().tenantId,
      findings: [finding()],
      at: world.clock.now(),
      closeOthers: false,
      ownersRead: () => true,
    });
    expect(await played(world, [[]])).toEqual([[]]);
  });

  it('is silent for those who were never warned', async () => {
    const world = alertWorld();
    expect(await played(world, [[finding({ stage: null })], []])).toEqual([[], []]);
    world.setMode('preview');
    expect((await played(world, [[finding()], []])).flat()).toEqual([
      'operations@contoso.example: application:aa:clientSecret:k1 at 14',
    ]);
  });

  it('tells somebody whose warning is still on its way after it, not before', async () => {
    const world = alertWorld();
    world.mail.answers = [
      { status: 'throttled', notBefore: new Date(world.clock.now().getTime() + 26 * 3_600_000) },
    ];
    expect(await played(world, [[finding()], []])).toEqual([[], []]);
    world.clock.advance(3 * 3_600_000);
    await world.sweep();
    await world.drain();
    expect(await played(world, [[]])).toEqual([[DONE]]);
    expect(told(world.mail.accepted)).toEqual([WARNED, DONE]);
  });

  it('comes back with the stage that was told before, and can be over again', async () => {
    const world = alertWorld();
    const unproven = finding({ ...REPLACED, supersession: 'replacementUnproven' });
    const replaced = finding(REPLACED);
    expect(
      await played(world, [[finding()], [replaced], [unproven], [unproven], [replaced]]),
    ).toEqual([[WARNED], [DONE], [WARNED], [], [DONE]]);
  });

  it('asks once on the old end date whether everything still works', async () => {
    const world = alertWorld();
    await played(world, [[finding()], [finding(REPLACED)]]);
    const ended = finding({ ...REPLACED, status: 'expired', stage: 0 });
    world.clock.set('2027-02-01T02:00:00Z');
    expect(await played(world, [[ended], [ended]])).toEqual([
      ['anna@contoso.example: recheck application:aa:clientSecret:k1'],
      [],
    ]);
  });

  it('asks nothing about what was deleted before its end', async () => {
    const world = alertWorld();
    await played(world, [[finding()], [finding(REPLACED)], []]);
    world.clock.set('2027-02-01T02:00:00Z');
    expect(await played(world, [[]])).toEqual([[]]);
  });

  it('stays open while a failed run knows nothing', async () => {
    const world = alertWorld();
    await played(world, [[finding()]]);
    const failed = run({ runId: 'f', nightId: 'f', status: 'failed' });
    expect(await world.done(failed, [])).toEqual({ planned: 0 });
  });
});
