import { describe, expect, it } from 'vitest';
import { alertWorld, finding, owner, run, told, type AlertWorld } from '../support/alerts.ts';
import { interleaved } from '../support/interleaved.ts';
import { seeded } from '../support/random.ts';

const MINUTE = 60_000;

/** Warnings for anna are planned and wait for delivery. */
async function planned(world: AlertWorld, findings = [finding()]): Promise<string> {
  const one = run();
  world.runs.push(one);
  await world.plan(one, findings);
  world.finish(one);
  await world.over(one.nightId);
  const message = world.waiting.take();
  if (message === null) throw new Error('nothing was planned');
  return message.partition;
}

function statesOf(world: AlertWorld): unknown[] {
  return (world.memory.dump()['alertledger'] ?? []).map(
    ({ value }) => (value as { state: string }).state,
  );
}

describe('delivery', () => {
  it('sends everything that waits for one recipient as one message and marks it', async () => {
    const world = alertWorld();
    const partition = await planned(world, [finding(), finding({ id: 'b' }), finding({ id: 'c' })]);
    expect(await world.deliver(partition)).toEqual({ status: 'accepted', rows: 3 });
    expect(world.mail.accepted).toHaveLength(1);
    expect(statesOf(world)).toEqual(['sent', 'sent', 'sent']);
    expect(world.memory.dump()['alertoutbox']).toEqual([]);
    expect(await world.deliver(partition)).toEqual({ status: 'nothingDue' });
  });

  it('keeps ids and dates of what was sent, and no names', async () => {
    const world = alertWorld();
    await world.deliver(await planned(world));
    expect(world.memory.dump()['alertledger']?.[0]?.value).toEqual({
      channel: 'mail',
      address: 'anna@contoso.example',
      scope: finding().tenantId,
      tenantId: finding().tenantId,
      findingId: finding().id,
      stage: 14,
      nightId: 'night-1',
      plannedAt: '2027-01-19T02:00:00.000Z',
      attempts: 0,
      state: 'sent',
      sentAt: '2027-01-19T02:00:00.000Z',
      messageId: world.mail.accepted[0]?.id,
    });
  });

  it('waits as long as a busy channel asks, at most an hour, and counts no try for it', async () => {
    const world = alertWorld();
    const partition = await planned(world);
    const notBefore = new Date('2027-01-19T02:00:40.000Z');
    world.mail.answers = [{ status: 'throttled', notBefore }];
    expect((await world.deliver(partition)).status).toBe('throttled');
    expect((await world.deliver(partition)).status).toBe('nothingDue');
    expect((await world.sweep()).enqueued).toBe(0);

    world.clock.advance(40_000);
    expect((await world.sweep()).enqueued).toBe(1);
    world.mail.answers = [{ status: 'throttled', notBefore: new Date('2027-03-01T00:00:00Z') }];
    await world.drain();
    world.clock.advance(60 * MINUTE);
    await world.sweep();
    expect(await world.drain()).toEqual([{ status: 'accepted', rows: 1 }]);
    expect(world.log.lines.every(({ level }) => level === 'warn')).toBe(true);
  });

  it('tries a message that fails again, later and later, and then tells operations', async () => {
    const world = alertWorld();
    const partition = await planned(world);
    const refused = { status: 'refused', reason: 'The mailbox cannot send.' } as const;
    world.mail.answers = [refused, refused, refused, refused, refused];
    await world.deliver(partition);
    for (const pause of [5, 15, 45, 135]) {
      world.clock.advance(pause * MINUTE - 1);
      expect((await world.sweep()).enqueued).toBe(0);
      world.clock.advance(1);
      expect((await world.sweep()).enqueued).toBe(1);
      await world.drain();
    }
    expect(world.mail.tried).toHaveLength(6);
    const [notice] = world.mail.accepted;
    expect(notice).toMatchObject({
      address: 'operations@contoso.example',
      scope: 'notices',
      items: [{ kind: 'undelivered', address: 'anna@contoso.example', because: refused.reason }],
    });
    expect(statesOf(world)).toEqual(expect.arrayContaining(['gaveUp', 'sent']));
    expect(statesOf(world)).toHaveLength(2);
    expect(world.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    world.clock.advance(10 * 86_400_000);
    expect((await world.sweep()).enqueued).toBe(0);
  });

  it('ends, with an error in the log, when operations cannot be reached either', async () => {
    const world = alertWorld();
    const refused = { status: 'refused', reason: 'no' } as const;
    world.mail.answers = Array.from({ length: 50 }, () => refused);
    await world.deliver(await planned(world));
    for (let hour = 0; hour < 24; hour += 1) {
      await world.sweep();
      await world.drain();
      world.clock.advance(60 * MINUTE);
    }
    expect(world.mail.tried).toHaveLength(10);
    expect(statesOf(world)).toEqual(['gaveUp', 'gaveUp']);
  });

  it('treats a message that cannot be written as a failed try', async () => {
    const world = alertWorld({
      notifier: (inner) => ({ ...inner, send: () => Promise.reject(new Error('bad words')) }),
    });
    expect((await world.deliver(await planned(world))).status).toBe('failed');
    expect(world.log.lines.map(({ level }) => level)).toEqual(['error', 'warn']);
  });

  it('takes over from a sender that died, a minute after it claimed', async () => {
    // The first sender never comes back from its call.
    let isHanging = true;
    const world = alertWorld({
      notifier: (inner) => ({
        channel: inner.channel,
        send: (message) => (isHanging ? new Promise(() => {}) : inner.send(message)),
      }),
    });
    const partition = await planned(world);
    void world.deliver(partition);
    await new Promise((resolve) => setImmediate(resolve));
    isHanging = false;
    expect(await world.deliver(partition)).toEqual({ status: 'busy' });
    world.clock.advance(MINUTE - 1);
    expect(await world.deliver(partition)).toEqual({ status: 'busy' });
    world.clock.advance(1);
    expect((await world.sweep()).enqueued).toBe(1);
    expect(await world.drain()).toEqual([{ status: 'accepted', rows: 1 }]);
  });

  it('gives a message that is repeated the id that it had', async () => {
    const world = alertWorld();
    const partition = await planned(world, [finding(), finding({ id: 'b' })]);
    world.mail.answers = [{ status: 'failed', reason: 'x' }];
    await world.deliver(partition);
    world.clock.advance(5 * MINUTE);
    await world.deliver(partition);
    const [first, second] = world.mail.tried;
    expect(second?.id).toBe(first?.id);
  });
});

describe('several at once', () => {
  const FINDINGS = ['a', 'b', 'c', 'd', 'e'].map((id) => finding({ id }));

  it('send one mail however the calls interleave', async () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seeded(seed);
      const world = alertWorld({ tables: (open) => interleaved(open, random) });
      const partition = await planned(world, FINDINGS);
      const outcomes = await Promise.all(
        Array.from({ length: 2 + (seed % 3) }, () => world.deliver(partition)),
      );
      const accepted = outcomes.filter(({ status }) => status === 'accepted');
      expect(accepted, `seed ${seed}`).toEqual([{ status: 'accepted', rows: 5 }]);
      expect(world.mail.accepted).toHaveLength(1);
    }
  });

  it('plan, deliver and sweep without losing or repeating anything', async () => {
    let mails = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seeded(seed);
      const world = alertWorld({ tables: (open) => interleaved(open, random) });
      const partition = await planned(world, FINDINGS.slice(0, 2));
      // A run of the next night, delivered twice by its queue, plans while the first night is being sent.
      const next = run({ runId: 'run-2', nightId: 'night-2' });
      world.runs.push(next);
      await Promise.all([
        world.deliver(partition),
        world.plan(next, FINDINGS),
        world.deliver(partition),
        world.plan(next, FINDINGS),
        world.sweep(),
      ]);
      world.finish(next);
      await world.over('night-2');
      await world.drain();
      world.clock.advance(MINUTE);
      await world.sweep();
      await world.drain();
      expect(told(world.mail.accepted).toSorted(), `seed ${seed}`).toEqual(
        FINDINGS.map(({ id }) => `anna@contoso.example: ${id} at 14`),
      );
      expect(world.memory.dump()['alertoutbox']).toEqual([]);
      mails += world.mail.accepted.length;
    }
    // One or two per seed: what is planned while a mail leaves goes with the next one.
    expect(mails).toBeLessThanOrEqual(600);
  });

  it('give each recipient its own message', async () => {
    const world = alertWorld();
    const owners = ['anna@contoso.example', 'bob@contoso.example'].map((address) => owner(address));
    await world.night(run(), [finding({ owners }), finding({ id: 'b' })]);
    expect(told(world.mail.accepted).toSorted()).toEqual([
      'anna@contoso.example: application:aa:clientSecret:k1 at 14',
      'anna@contoso.example: b at 14',
      'bob@contoso.example: application:aa:clientSecret:k1 at 14',
    ]);
    expect(world.mail.accepted).toHaveLength(2);
  });
});
