import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import { policyOf } from '../../shared/expiry/overrides.ts';
import { alertWorld, finding, run, told } from '../support/alerts.ts';
import { fakeClock } from '../support/fake-clock.ts';

const NOW = '2027-01-19T02:00:00.000Z';
const NOW_DATE = new Date(NOW);

function words(now: Date): Parameters<typeof composeMail>[1] {
  const portalUrl = 'https://portal.azure.com';
  return { now, timeZone: 'Europe/Berlin', portalUrl, publicUrl: null };
}

/** What goes out on these nights about a secret whose application carries this tag. */
async function nightsOf(tag: string, nights: { at: string; stage: number }[]): Promise<string[]> {
  const clock = fakeClock(NOW);
  const world = alertWorld({ clock });
  for (const [index, { at, stage }] of nights.entries()) {
    clock.set(at);
    const policy = policyOf({ tags: [tag], notes: null }, clock.now());
    const id = `night-${index}`;
    await world.night(run({ runId: id, nightId: id }), [finding({ stage, policy })]);
  }
  return told(world.mail.accepted).map((line) => line.replace(/: .* at /, ' at '));
}

describe('an override that silences', () => {
  it('customer-managed until a date: nobody hears of it, and everybody does on that date', async () => {
    const tag = 'keyturn:managed-by=customer;review=2027-01-21';
    const nights = [
      { at: '2027-01-19T02:00:00Z', stage: 14 },
      { at: '2027-01-20T02:00:00Z', stage: 14 },
    ];
    expect(await nightsOf(tag, nights)).toEqual([]);
    expect(await nightsOf(tag, [...nights, { at: '2027-01-21T02:00:00Z', stage: 14 }])).toEqual([
      'anna@contoso.example at 14',
    ]);
  });

  it('never keeps the last day from the fallback list, and keeps everybody else out of it', async () => {
    expect(
      await nightsOf('keyturn:ignore-until=2027-03-01', [
        { at: '2027-01-24T14:00:00Z', stage: 7 },
        { at: '2027-01-30T14:00:00Z', stage: 1 },
        { at: '2027-01-31T14:00:00Z', stage: 0 },
        { at: '2027-02-07T14:00:00Z', stage: -7 },
      ]),
    ).toEqual(['fallback@contoso.example at 1', 'fallback@contoso.example at 0']);
  });

  it('tells the fallback list in the last day why it is they who are told', async () => {
    const world = alertWorld({ clock: fakeClock('2027-01-30T14:00:00Z') });
    const policy = policyOf({ tags: ['keyturn:ignore-until=2027-03-01'], notes: null }, NOW_DATE);
    await world.night(run(), [finding({ stage: 1, policy })]);
    expect(world.mail.accepted).toMatchObject([
      { address: 'fallback@contoso.example', items: [{ reason: 'thoughSilenced' }] },
    ]);
    const [message] = world.mail.accepted;
    const { text, subject } = composeMail(message ?? expect.fail(), words(world.clock.now()));
    expect(text).toContain('although its owners asked for silence, and you are on the fallback');
    expect(text).not.toContain('no owner whom a mail can reach');
    expect(subject).toContain('its owners asked for silence');
  });

  it('leaves nothing behind for a mailbox that is not set up', async () => {
    const world = alertWorld({ clock: fakeClock('2027-01-30T14:00:00Z') });
    world.setChannels(['teams']);
    const policy = policyOf({ tags: ['keyturn:ignore-until=2027-03-01'], notes: null }, NOW_DATE);
    await world.night(run(), [finding({ stage: 1, policy })]);
    expect(world.memory.dump()['alertoutbox'] ?? []).toEqual([]);
    expect(world.log.lines).toMatchObject([{ level: 'error' }]);
  });

  it('a promise that was not kept is told with the day that it was given for', async () => {
    const clock = fakeClock('2027-01-19T02:00:00Z');
    const world = alertWorld({ clock });
    const tags = ['keyturn:replace-by=2027-01-21'];
    for (const day of [19, 20, 21]) {
      clock.set(`2027-01-${day}T02:00:00Z`);
      const policy = policyOf({ tags, notes: null }, clock.now());
      const id = `night-${day}`;
      await world.night(run({ runId: id, nightId: id }), [finding({ policy })]);
    }
    expect(world.mail.accepted).toHaveLength(1);
    const [message] = world.mail.accepted;
    if (message === undefined) return;
    const { text } = composeMail(message, words(clock.now()));
    expect(text).toContain('Its owners promised to replace it by Thu 21 Jan (keyturn:replace-by).');
  });

  it('means nothing when it is not allowed', async () => {
    expect(await nightsOf('keyturn:ignore-until=2099-01-01', [{ at: NOW, stage: 14 }])).toEqual([
      'anna@contoso.example at 14',
    ]);
  });
});
