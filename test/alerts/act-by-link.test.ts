import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHOICES } from '../../shared/alerts/act-choices.ts';
import { LINK_DAYS } from '../../shared/alerts/act-links.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { ownPlaceId } from '../../shared/credentials/recorded-consumers.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { RecordedConsumer } from '../../shared/credentials/credential.ts';
import { actAnswer } from '../../shared/http/act-schemas.ts';
import { finding, owner, run, TENANT } from '../support/alerts.ts';
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
          choice: fc.oneof(fc.constantFrom(...CHOICES, 'look', 'toString'), fc.string()),
          to: fc.oneof(fc.emailAddress(), fc.constant('b@contoso.example'), fc.string()),
          because: fc.oneof(fc.string(), fc.constant('\u202E')),
          place: fc.string(),
          places: fc.array(fc.oneof(fc.string(), fc.constant('likely:SmartConnect'))),
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
      { numRuns: 400 },
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

describe('a promise', () => {
  const until = '2027-01-27';

  it('keeps reminders from whoever made it until its day is over, while the others read it', async () => {
    const { post, token, alerts, night } = await warned();
    await post({ token, choice: 'promise', until });
    alerts.clock.set('2027-01-27T14:00:00.000Z');
    await night([finding({ stage: 7 })]);
    const others = alerts.mail.accepted.slice(1);
    expect(others.map(({ address }) => address)).toEqual([FALLBACK]);
    expect(others[0]?.items[0]?.acts).toMatchObject([{ kind: 'promised', by: ANNA, until }]);
  });

  it('that was not kept is told once to whoever made it and to the fallback list', async () => {
    const { post, token, alerts, night } = await warned();
    await post({ token, choice: 'promise', until: '2027-01-20' });
    alerts.clock.set('2027-01-21T02:00:00.000Z');
    await night();
    const told = alerts.mail.accepted.slice(1);
    expect(told.map(({ address, items }) => `${address} ${items[0]?.reason}`).toSorted()).toEqual([
      `${ANNA} ownsApplication`,
      `${FALLBACK} promisePassed`,
    ]);
    alerts.clock.set('2027-01-22T02:00:00.000Z');
    await night();
    expect(alerts.mail.accepted).toHaveLength(3);
    alerts.clock.set('2027-01-24T14:00:00.000Z');
    await night([finding({ stage: 7 })]);
    expect(
      alerts.mail.accepted
        .slice(3)
        .map(({ address }) => address)
        .toSorted(),
    ).toEqual([ANNA, FALLBACK]);
  });

  it('reaches to the end at most, half a year where that is later, and never into the last day', async () => {
    const { post, token, alerts, night } = await warned();
    expect((await post({ token, choice: 'promise', until: '2027-02-01' })).status).toBe(400);
    expect((await post({ token, choice: 'promise', until: '2027-01-31' })).status).toBe(200);
    alerts.clock.set('2027-01-30T14:00:00.000Z');
    await night([finding({ stage: 1 })]);
    expect(
      alerts.mail.accepted
        .slice(1)
        .map(({ address }) => address)
        .toSorted(),
    ).toEqual([ANNA, 'escalation@contoso.example', FALLBACK]);
    const world = actWorld();
    await world.night([finding({ expiresAt: '2028-01-31T13:32:00.000Z', stage: 60 })]);
    const [far = ''] = world.tokensOf(ANNA);
    const { choices } = actAnswer.parse((await world.post({ token: far })).json());
    expect(choices.find(({ choice }) => choice === 'promise')?.until).toEqual({
      min: '2027-01-19',
      max: '2027-07-18',
    });
  });
});

describe('passing it on', () => {
  const to = 'bob@contoso.example';

  it('tells the other one at once, and whoever passed it on again from 7 days before the end', async () => {
    const { post, token, alerts, night } = await warned();
    expect((await post({ token, choice: 'passOn', to })).status).toBe(200);
    await alerts.drain();
    const [toBob] = alerts.mail.accepted.slice(1);
    expect(toBob).toMatchObject({ address: to, items: [{ reason: 'passedOn' }] });
    expect(toBob?.items[0]?.acts).toMatchObject([{ kind: 'passedOn', by: ANNA, to }]);
    await night();
    expect(alerts.mail.accepted).toHaveLength(2);
    alerts.clock.set('2027-01-24T14:00:00.000Z');
    await night([finding({ stage: 7 })]);
    expect(
      alerts.mail.accepted
        .slice(2)
        .map(({ address }) => address)
        .toSorted(),
    ).toEqual([ANNA, to, FALLBACK]);
  });

  it('uses up the link, and can go back', async () => {
    const { post, token, alerts, tokensOf, night } = await warned();
    await post({ token, choice: 'passOn', to });
    expect((await post({ token })).status).toBe(404);
    await alerts.drain();
    const [bobs = ''] = tokensOf(to);
    expect((await post({ token: bobs, choice: 'passOn', to: ANNA })).status).toBe(200);
    alerts.clock.set('2027-01-23T02:00:00.000Z');
    await night([finding({ stage: 10 })]);
    expect(alerts.mail.accepted.slice(2).map(({ address }) => address)).toEqual([ANNA]);
  });

  it('warns nobody of what is done already', async () => {
    const { post, token, alerts, night } = await warned();
    const inUse = finding({ supersession: 'replacementInUse' });
    await night([inUse]);
    await alerts.done(run({ runId: 'run-done' }), [inUse]);
    expect((await post({ token, choice: 'passOn', to })).status).toBe(200);
    await alerts.drain();
    expect(alerts.mail.accepted.filter(({ address }) => address === to)).toEqual([]);
  });

  it('goes to the domains of the installation alone', async () => {
    const { post, token } = await warned();
    for (const wrong of [
      'eve@evil.example',
      'eve@contoso.example.evil.example',
      ANNA,
      'x',
      'a@b@contoso.example',
      'a@contoso.example\r\nBcc: b@c.example',
    ]) {
      const answer = await post({ token, choice: 'passOn', to: wrong });
      expect([wrong, answer.status]).toEqual([wrong, 400]);
      expect(answer.json()).toMatchObject({ errors: [{ pointer: '/to' }] });
      expect(answer.text).not.toContain('evil');
    }
  });

  it('reaches the other one with the next night when the process died after writing it down', async () => {
    const { alerts, night } = await warned();
    const { id, tenantId, expiresAt } = finding();
    const at = alerts.clock.now().toISOString();
    await alerts.acts.record({
      tenantId,
      findingId: id,
      expiresAt,
      by: ANNA,
      at,
      kind: 'passedOn',
      to,
    });
    await night();
    expect(alerts.mail.accepted.slice(1).map(({ address }) => address)).toEqual([to]);
  });
});

describe('asking an administrator', () => {
  it('tells the fallback list once, with the reason in their words', async () => {
    const { post, token, alerts } = await warned();
    const because = 'I left the project\u202E. See https://evil.example';
    for (let i = 0; i < 3; i += 1) {
      alerts.clock.advance(1_000);
      expect((await post({ token, choice: 'askAdmin', because })).status).toBe(200);
    }
    await alerts.drain();
    const asked = alerts.mail.accepted.slice(1);
    expect(asked.map(({ address }) => address)).toEqual([FALLBACK]);
    expect(asked[0]?.items[0]).toMatchObject({
      kind: 'asked',
      by: ANNA,
      because: 'I left the project. See https://evil.example',
    });
    const mail = composeMail(asked[0] as AlertMessage, {
      now: alerts.clock.now(),
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: null,
    });
    expect(mail.subject).toContain('somebody asks for your help');
    expect(mail.text).toContain('Asked by: anna@');
    expect(mail.text).not.toContain('https://evil.example');
  });

  it('is not offered to those who would be asked', async () => {
    const world = actWorld();
    await world.night([finding({ owners: [] })]);
    const [token = ''] = world.tokensOf(FALLBACK);
    expect((await world.post({ token, choice: 'askAdmin', because: 'x' })).status).toBe(400);
  });
});

describe('"I entered it"', () => {
  const appId = finding().holder.appId ?? '';
  const keyId = 'bbbbbbbb-0000-4000-8000-000000000002';
  const replaced = (overrides: Partial<Finding> = {}) =>
    finding({ supersededBy: keyId, supersession: 'replacementUnproven', ...overrides });

  it('confirms the recorded places that were ticked, for the replacement, in the name of the recipient', async () => {
    const world = actWorld();
    const bc = { ...CONSUMER, id: 'bc-prod', name: 'BC Prod' };
    const stored = { ...bc, tenantId: TENANT, appId };
    await world.consumers.create(stored);
    await world.consumers.create({ ...stored, id: 'other', name: 'Other' });
    await world.night([replaced({ consumers: [bc, { ...bc, id: 'other', name: 'Other' }] })]);
    const [token = ''] = world.tokensOf(ANNA);
    const asked = actAnswer.parse((await world.post({ token })).json());
    expect(asked.choices[0]).toMatchObject({
      choice: 'entered',
      places: [
        { id: 'bc-prod', name: 'SmartConnect: BC Prod' },
        { id: 'other', name: 'SmartConnect: Other' },
      ],
    });
    const answer = await world.post({ token, choice: 'entered', places: ['bc-prod'] });
    expect(answer.status).toBe(200);
    expect((await world.consumers.get('bc-prod'))?.value).toMatchObject({
      keyId,
      confirmedBy: ANNA,
      confirmedAt: '2027-01-19T02:00:00.000Z',
    });
    expect((await world.consumers.get('other'))?.value.confirmedBy).toBeNull();
    expect(actAnswer.parse(answer.json()).said.at(-1)).toContain('SmartConnect: BC Prod');
  });

  it('asks nobody about what Keyturn itself holds', async () => {
    const world = actWorld();
    const own = { ...CONSUMER, id: ownPlaceId('bc-production'), name: 'BC Production' };
    const bc = { ...CONSUMER, id: 'bc-prod', name: 'BC Prod' };
    await world.night([replaced({ consumers: [bc, own] })]);
    const [token = ''] = world.tokensOf(ANNA);
    const asked = actAnswer.parse((await world.post({ token })).json());
    expect(asked.choices[0]).toMatchObject({ places: [{ id: 'bc-prod' }] });
    const refused = await world.post({ token, choice: 'entered', places: [own.id] });
    expect(refused.status).toBe(400);
  });

  it('records the likely place, and one that nobody knew, where none is on record', async () => {
    const world = actWorld();
    await world.night([
      replaced({ likelyConsumers: [{ system: 'SmartConnect', because: 'a redirect URI' }] }),
    ]);
    const [token = ''] = world.tokensOf(ANNA);
    const said = { token, choice: 'entered', places: ['likely:SmartConnect'], place: 'a script' };
    expect((await world.post(said)).status).toBe(200);
    expect((await world.post(said)).status).toBe(200);
    const recorded = await world.consumers.list({ tenantId: TENANT, appId });
    expect(
      recorded.map(({ system, confirmedBy }) => `${system} ${confirmedBy}`).toSorted(),
    ).toEqual([`SmartConnect ${ANNA}`, `a script ${ANNA}`]);
  });

  it('is for their own place alone to whoever only looks after one (security rule 26)', async () => {
    const world = actWorld();
    const erp = 'erp@partner.example';
    const own = { ...CONSUMER, id: 'bc-prod', name: 'BC Prod', contact: `ERP team <${erp}>` };
    const shop = { ...CONSUMER, id: 'shop', system: 'Celigo', contact: 'shop@other.example' };
    for (const place of [own, shop]) {
      await world.consumers.create({ ...place, tenantId: TENANT, appId });
    }
    const likelyConsumers = [{ system: 'GitHub Actions', because: 'its name' }];
    const one = replaced({ consumers: [own, shop], likelyConsumers });
    await world.night([one]);
    const [annas = ''] = world.tokensOf(ANNA);
    await world.post({ token: annas, choice: 'entered', places: ['shop', 'bc-prod'] });
    await world.post({ token: annas, choice: 'entered', places: ['shop'] });
    const { tenantId, id: findingId, expiresAt } = one;
    const about = { tenantId, tenantName: 'Contoso', findingId, expiresAt };
    const reason = 'consumerContact' as const;
    const token = await world.alerts.actLinks.create({ ...about, address: erp, reason });
    const asked = await world.post({ token });
    const { choices, said } = actAnswer.parse(asked.json());
    expect(choices.find(({ choice }) => choice === 'entered')).toMatchObject({
      places: [{ id: 'bc-prod', name: 'SmartConnect: BC Prod' }],
      onlyThese: true,
    });
    expect(said).toHaveLength(1);
    expect(asked.text).not.toMatch(/Celigo|GitHub|other\.example/);
    for (const others of [{ places: ['shop'] }, { places: ['bc-prod'], place: 'a script' }]) {
      expect((await world.post({ token, choice: 'entered', ...others })).status).toBe(400);
    }
    expect(
      (await world.post({ token, choice: 'entered', places: ['bc-prod'] })).json(),
    ).toMatchObject({ said: [expect.any(String), expect.stringContaining('erp@')] });
    expect((await world.consumers.get('bc-prod'))?.value.confirmedBy).toBe(erp);
    expect((await world.consumers.get('shop'))?.value.confirmedBy).toBe(ANNA);
  });

  it('is not offered to whoever looks after no place any more', async () => {
    const world = actWorld();
    await world.night([replaced({ consumers: [{ ...CONSUMER, contact: 'new@partner.example' }] })]);
    const { tenantId, id: findingId, expiresAt } = finding();
    const token = await world.alerts.actLinks.create({
      tenantId,
      tenantName: 'Contoso',
      findingId,
      expiresAt,
      address: 'erp@partner.example',
      reason: 'consumerContact',
    });
    const { choices } = actAnswer.parse((await world.post({ token })).json());
    expect(choices.map(({ choice }) => choice)).not.toContain('entered');
  });

  it('takes no place that was not offered, and none at all for nothing', async () => {
    const { post, token, consumers } = await warned();
    expect((await post({ token, choice: 'entered', places: ['bc-prod'] })).status).toBe(400);
    expect((await post({ token, choice: 'entered' })).status).toBe(400);
    expect((await post({ token, choice: 'entered', place: ' \u200B ' })).status).toBe(400);
    expect(await consumers.list()).toEqual([]);
  });
});

const CONSUMER: RecordedConsumer = {
  id: 'x',
  system: 'SmartConnect',
  name: 'x',
  contact: null,
  keyId: null,
  enteredAt: null,
  confirmedAt: null,
  confirmedBy: null,
};
