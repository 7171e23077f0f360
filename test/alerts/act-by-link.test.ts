import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_DAYS } from '../../shared/alerts/act-links.ts';
import { actAnswer } from '../../shared/http/act-schemas.ts';
import { finding, owner } from '../support/alerts.ts';
import { actWorld } from '../support/act-world.ts';

const ANNA = 'anna@contoso.example';
const FALLBACK = 'fallback@contoso.example';

async function warned() {
  const world = actWorld();
  await world.night();
  const [token = ''] = world.tokensOf(ANNA);
  return { ...world, token };
}

describe('a link in a mail', () => {
  it('says what is asked, of whom, and what would happen, and changes nothing by being opened', async () => {
    const { post, token, alerts } = await warned();
    const before = JSON.stringify(alerts.memory.dump());
    const answer = await post({ token });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const asked = actAnswer.parse(answer.json());
    expect(asked).toMatchObject({
      for: ANNA,
      finding: {
        title: 'SmartConnect BC Prod',
        when: 'Stops Sun 31 Jan, 14:32 (Berlin), in 12 days, a weekend: do it by Fri 29 Jan',
        what: 'Client secret “BC Prod” whose value starts with Ab3',
        tenantName: 'Contoso',
      },
      said: [],
    });
    expect(asked.choices.map(({ choice }) => choice)).toContain('snooze');
    for (const { says } of asked.choices) expect(says.length).toBeGreaterThan(20);
    expect(JSON.stringify(alerts.memory.dump())).toBe(before);
  });

  it('is in its mail alone: a table has a hash of it, and no log has it', async () => {
    const { post, token, alerts } = await warned();
    await post({ token });
    const answer = await post({ token, choice: 'snooze', until: '2027-01-25' });
    const secret = token.slice(-20);
    expect(JSON.stringify(alerts.memory.dump())).not.toContain(secret);
    expect(JSON.stringify(alerts.log.lines)).not.toContain(secret);
    expect([answer.text, ...answer.logs].join('')).not.toContain(secret);
    expect(answer.logs.join('')).toContain('application:aa:');
    expect(answer.logs.join('')).not.toContain(ANNA);
  });

  it('gives one answer for what never was a link, is over, or was ended', async () => {
    const { post, token, alerts } = await warned();
    const wrong = `${token.slice(0, -4)}AAAA`;
    const answers = [await post({ token: wrong }), await post({ token: 'nonsense' })];
    alerts.clock.advance((LINK_DAYS + 1) * 86_400_000);
    answers.push(
      await post({ token }),
      await post({ token, choice: 'snooze', until: '2027-01-25' }),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('offers nothing once the matter is closed', async () => {
    const { post, token, night } = await warned();
    await night([finding({ id: 'another' })]);
    expect((await post({ token })).json()).toMatchObject({ choices: [] });
    const late = await post({ token, choice: 'snooze', until: '2027-01-25' });
    expect(late.status).toBe(400);
  });

  it('does not count for a later end of the same credential', async () => {
    const { post, token, night } = await warned();
    await night([finding({ expiresAt: '2027-02-20T13:32:00.000Z' })]);
    expect((await post({ token })).status).toBe(404);
  });

  it('ends with all others of its recipient when they are revoked', async () => {
    const { post, token, alerts } = await warned();
    expect(await alerts.actLinks.revoke({ address: 'ANNA@contoso.example' })).toBe(1);
    expect((await post({ token })).status).toBe(404);
  });

  it('is not in what operations see in preview', async () => {
    const world = actWorld();
    world.alerts.setMode('preview');
    await world.night();
    expect(world.alerts.mail.accepted).toHaveLength(1);
    expect(world.tokensOf('operations@contoso.example')).toEqual([]);
  });

  it('can be used so often only', async () => {
    const { post, token, alerts } = await warned();
    const statuses = new Set<number>();
    for (let i = 0; i < 60; i += 1) {
      alerts.clock.advance(1_000);
      statuses.add((await post({ token, choice: 'snooze', until: '2027-01-25' })).status);
    }
    expect([...statuses]).toEqual([200, 429]);
  });

  it('answers whatever is sent without an error of ours and without quoting it', async () => {
    const { post, token } = await warned();
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          token: fc.oneof(fc.constant(token), fc.string(), fc.constant(`${token}x`)),
          choice: fc.oneof(fc.constantFrom('snooze', 'promise', 'look', 'toString'), fc.string()),
          until: fc.oneof(fc.constantFrom('2027-01-25', '2027-02-30', '9999-99-99'), fc.string()),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const answer = await post(body);
        expect([200, 400, 404, 413, 429]).toContain(answer.status);
        expect(answer.text + answer.logs.join('')).not.toContain(token.slice(-20));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a snooze', () => {
  const until = '2027-01-25';

  it('keeps mails from that recipient alone until its day, and loses no stage', async () => {
    const world = await warned();
    const { post, token, alerts, night } = world;
    const shared = (stage: number) =>
      finding({ stage, owners: [owner(ANNA), owner('bob@contoso.example')] });
    await post({ token, choice: 'snooze', until });
    alerts.clock.set('2027-01-24T14:00:00.000Z');
    await night([shared(7)]);
    const at7 = alerts.mail.accepted.slice(1);
    expect(at7.map(({ address }) => address).toSorted()).toEqual(['bob@contoso.example', FALLBACK]);
    expect(at7[0]?.items[0]?.acts).toMatchObject([{ kind: 'snoozed', by: ANNA, until }]);
    expect(at7[0]?.items[0]?.told.map(({ address }) => address)).not.toContain(ANNA);
    alerts.clock.set('2027-01-25T02:00:00.000Z');
    await night([shared(7)]);
    const after = alerts.mail.accepted.slice(3);
    expect(after.map(({ address, items }) => `${address} ${items[0]?.stage}`)).toEqual([
      `${ANNA} 7`,
    ]);
  });

  it('never reaches into the last three days', async () => {
    const { post, token, alerts, night } = await warned();
    await post({ token, choice: 'snooze', until: '2027-02-02' });
    alerts.clock.set('2027-01-28T14:00:00.000Z');
    await night([finding({ stage: 3 })]);
    expect(alerts.mail.accepted.slice(1).map(({ address }) => address)).toContain(ANNA);
    const offered = actAnswer.parse((await post({ token })).json());
    expect(offered.choices.map(({ choice }) => choice)).not.toContain('snooze');
    expect((await post({ token, choice: 'snooze', until: '2027-01-30' })).status).toBe(400);
  });

  it('lasts 14 days at most and begins tomorrow at the earliest', async () => {
    const { post, token } = await warned();
    for (const [day, status] of [
      ['2027-01-19', 400],
      ['2027-01-20', 200],
      ['2027-02-02', 200],
      ['2027-02-03', 400],
    ] as const) {
      expect((await post({ token, choice: 'snooze', until: day })).status).toBe(status);
    }
    const refused = (await post({ token, choice: 'snooze', until: '2028-01-01' })).json();
    expect(refused).toMatchObject({
      code: 'bad_request',
      errors: [{ pointer: '/until', detail: 'Give a day from 2027-01-20 to 2027-02-02.' }],
    });
  });

  it('is nothing for those on a list, who are told whatever they say', async () => {
    const world = actWorld();
    await world.night([finding({ owners: [owner(FALLBACK)] })]);
    const [token = ''] = world.tokensOf(FALLBACK);
    const asked = actAnswer.parse((await world.post({ token })).json());
    expect(asked.choices.map(({ choice }) => choice)).not.toContain('snooze');
    expect((await world.post({ token, choice: 'snooze', until })).status).toBe(400);
  });
});
