import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { teamsWorkflowNotifier } from '../../shared/alerts/teams-workflow-notifier.ts';
import { AppError } from '../../shared/errors.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeEgress } from '../support/fake-egress.ts';

const URL_WITH_SIG =
  'https://x.environment.api.powerplatform.com/powerautomate/workflows/w0rkfl0w/invoke?sig=s1gn4ture';
const COLLECTED = new URL('../../../shared/data/webhooks/', import.meta.url);
const HAS_COLLECTED = existsSync(COLLECTED);
const LIMIT = 20_000;

function collected(file: string): string {
  return readFileSync(new URL(file, COLLECTED), 'utf8');
}

function notifierAnswered(...answers: Parameters<typeof fakeEgress>) {
  const { egress, calls } = fakeEgress(...answers);
  const clock = fakeClock('2027-01-19T02:00:00.000Z');
  const words = {
    timeZone: 'Europe/Berlin',
    portalUrl: 'https://portal.azure.com',
    publicUrl: 'https://keyturn.contoso.example',
  };
  return {
    notifier: teamsWorkflowNotifier({ egress, url: URL_WITH_SIG, clock, words }),
    calls,
    clock,
  };
}

function messageOf(items: AlertItem[]): AlertMessage {
  return { id: 'a'.repeat(32), address: 'the Teams channel', scope: TENANT, items };
}

const ONE = messageOf([alertItem({ reason: 'channel' })]);

function itemsNamed(names: string[]): AlertItem[] {
  return names.map((name, index) => {
    const item = alertItem({ findingId: `f${index}`, name });
    return { ...item, holder: { ...item.holder, displayName: name } };
  });
}

interface Element {
  type: string;
  items?: Element[];
  inlines?: { type: string; text: string }[];
  actions?: { type: string; url: string; title: string }[];
}

function contentOf(
  payload: string,
): { body: Element[]; actions: Element[] } & Record<string, unknown> {
  const { attachments } = JSON.parse(payload) as { attachments: { content: never }[] };
  return attachments[0]?.content as never;
}

function textsOf(payload: string): string[] {
  const texts = (element: Element): string[] => [
    ...(element.inlines ?? []).map(({ text }) => text),
    ...(element.items ?? []).flatMap(texts),
  ];
  return contentOf(payload).body.flatMap(texts);
}

/** How many entries the payloads show, and how many more they count. */
function countsOf(payloads: string[]): { shown: number; more: number } {
  const shown = payloads.flatMap((payload) =>
    contentOf(payload).body.filter(({ type }) => type === 'Container'),
  ).length;
  const more = payloads
    .flatMap(textsOf)
    .map((text) => Number(/^and (\d+) more/.exec(text)?.[1] ?? 0))
    .reduce((sum, count) => sum + count, 0);
  return { shown, more };
}

describe('a Teams card', () => {
  it('goes out in the envelope that a workflow takes', async () => {
    const { notifier, calls } = notifierAnswered();
    expect(await notifier.send(ONE)).toEqual({ status: 'accepted' });
    expect(calls).toHaveLength(1);
    const [{ url, method, body = '', headers }] = calls as [(typeof calls)[0]];
    expect({ url, method }).toEqual({ url: URL_WITH_SIG, method: 'POST' });
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' });
    expect(JSON.parse(body)).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: { type: 'AdaptiveCard', version: '1.4' },
        },
      ],
    });
  });

  it('is never empty and says how long it is (facts 3 row 66)', async () => {
    const { notifier, calls } = notifierAnswered();
    await notifier.send(ONE);
    const [call] = calls;
    expect(Number(call?.headers?.['content-length'])).toBe(Buffer.byteLength(call?.body ?? ''));
    expect(contentOf(call?.body ?? '').body.length).toBeGreaterThan(2);
  });

  it('says what stops and when, whose it is, what to do, and where', async () => {
    const { notifier, calls } = notifierAnswered();
    await notifier.send(ONE);
    const payload = calls[0]?.body ?? '';
    const text = textsOf(payload).join('\n');
    expect(text).toContain('SmartConnect BC Prod');
    expect(text).toContain('Stops Sun 31 Jan, 14:32 (Berlin), in 12 days');
    expect(text).toMatch(/Owned by: \nanna/);
    expect(text).toMatch(/What to do[\s\S]*1\. [\s\S]*New client secret/);
    expect(text).toContain('Keyturn never asks for a secret');
    const links = contentOf(payload)
      .body.flatMap(({ items = [] }) => items)
      .flatMap(({ actions = [] }) => actions);
    expect(links).toEqual([
      {
        type: 'Action.OpenUrl',
        title: 'Open it on portal.azure.com',
        url: expect.stringMatching(/^https:\/\/portal\.azure\.com\/#@11111111/),
      },
    ]);
  });

  it('makes nothing of what somebody called an application', async () => {
    const evil =
      '[Sign in](https://evil.example) **x** <at>all</at> {{DATE(2027-01-01T00:00:00Z,SHORT)}} ${secret} https://evil.example \u202Egnp';
    const { notifier, calls } = notifierAnswered();
    await notifier.send(messageOf(itemsNamed([evil])));
    const payload = calls[0]?.body ?? '';
    // Every text of a card is a TextRun, which shows Markdown as it is; TextBlock would not.
    expect(payload).not.toContain('"TextBlock"');
    expect(payload).not.toContain('"FactSet"');
    for (const text of [...textsOf(payload), String(contentOf(payload)['fallbackText'])]) {
      expect(text).not.toMatch(/\]\(|<\/?at>|\{\{|\$\{|https?:\/\/evil|\u202E/);
    }
  });

  it.each([1, 3, 4, 40, 500])(
    'keeps to 20,000 bytes and counts what is left of %i (facts 3 rows 44 and 63)',
    async (count) => {
      const names = Array.from(
        { length: count },
        (_, index) => `${index} é"試験\\${'ü"'.repeat(60)}`,
      );
      const { notifier, calls } = notifierAnswered();
      expect(await notifier.send(messageOf(itemsNamed(names)))).toEqual({ status: 'accepted' });
      const payloads = calls.map(({ body = '' }) => body);
      for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(LIMIT);
      const { shown, more } = countsOf(payloads);
      expect(shown + more).toBe(count);
      expect(shown).toBeGreaterThanOrEqual(Math.min(count, 20));
      expect(payloads.length).toBeLessThanOrEqual(5);
    },
  );

  it('keeps to it whatever the names are, and shows what stops first before the rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 60 }),
        async (names) => {
          const { notifier, calls } = notifierAnswered();
          await notifier.send(messageOf(itemsNamed(names)));
          const payloads = calls.map(({ body = '' }) => body);
          expect(Math.max(...payloads.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(
            LIMIT,
          );
          const { shown, more } = countsOf(payloads);
          expect(shown + more).toBe(names.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what a workflow answers', () => {
  it('202 is accepted, which is all that is said (facts 3 row 69: the flow may fail afterwards)', async () => {
    const { notifier } = notifierAnswered({ status: 202 });
    expect(await notifier.send(ONE)).toEqual({ status: 'accepted' });
  });

  it.skipIf(!HAS_COLLECTED).each([
    [200, '119-200-connector-body-400.txt', 'refused', /\(400\)/],
    [400, '121-400-trigger-suspended.txt', 'refused', /switched off or suspended.*Power Automate/],
    [
      401,
      '122-401-directapi-shared-access.json',
      'refused',
      /copy the whole address.*sig included/,
    ],
    [400, '124-400-unsupported-api-version.json', 'refused', /does not accept the address/],
  ])('%i with %s is a failure that says what to change', async (status, file, outcome, words) => {
    const { notifier } = notifierAnswered({ status, text: collected(file) });
    const answer = await notifier.send(ONE);
    expect(answer).toMatchObject({ status: outcome, reason: expect.stringMatching(words) });
    // Neither the address nor what the service said in its own words.
    expect(JSON.stringify(answer)).not.toMatch(/s1gn4ture|w0rkfl0w|https:|71756798/);
  });

  it('a 200 that talks of an error is one, whatever else it says', async () => {
    const { notifier } = notifierAnswered({ status: 200, text: '{"error":{"code":"Nope"}}' });
    expect(await notifier.send(ONE)).toMatchObject({ status: 'refused' });
  });

  it.each([
    [{ 'retry-after': '30' }, '2027-01-19T02:00:30.000Z'],
    [{}, '2027-01-19T02:01:00.000Z'],
  ])('429 waits as long as it asks: %o', async (headers, notBefore) => {
    const { notifier, calls } = notifierAnswered({ status: 429, headers });
    expect(await notifier.send(ONE)).toMatchObject({
      status: 'throttled',
      notBefore: new Date(notBefore),
    });
    expect(calls).toHaveLength(1);
  });

  it('a 200 that says that Teams answered 429 waits too', async () => {
    const text =
      'Webhook message delivery failed: Microsoft Teams endpoint returned HTTP error 429';
    const { notifier } = notifierAnswered({ status: 200, text });
    expect(await notifier.send(ONE)).toMatchObject({ status: 'throttled' });
  });

  it.each([{ status: 500 }, { status: 503 }, new AppError('service_unreachable', 'x')])(
    'trouble is a failed try: %o',
    async (answer) => {
      const { notifier, calls } = notifierAnswered(answer);
      expect(await notifier.send(ONE)).toMatchObject({ status: 'failed' });
      expect(calls).toHaveLength(1);
    },
  );

  it('413 is answered with smaller cards, and nothing is sent twice', async () => {
    const answerOf = ({ body = '' }: { body?: string }) =>
      Buffer.byteLength(body) > 9_000 ? { status: 413 } : { status: 202 };
    const { notifier, calls } = notifierAnswered(answerOf);
    const items = itemsNamed(Array.from({ length: 12 }, (_, index) => `App ${index}`));
    expect(await notifier.send(messageOf(items))).toEqual({ status: 'accepted' });
    const taken = calls.map(({ body = '' }) => body).filter((body) => body.length <= 9_000);
    const titles = taken.flatMap(textsOf).filter((text) => /^App \d+$/.test(text));
    expect(titles.toSorted()).toEqual(items.map(({ name }) => name).toSorted());
  });

  it.skipIf(!HAS_COLLECTED)('a 200 that says 413 is the same, and has an end', async () => {
    const text = collected('120-200-connector-body-413.txt');
    const { notifier, calls } = notifierAnswered({ status: 200, text });
    expect(await notifier.send(ONE)).toMatchObject({ status: 'refused', reason: /too large/ });
    expect(calls.length).toBeLessThanOrEqual(3);
  });

  it('remembers which items were taken before the trouble', async () => {
    const items = itemsNamed(Array.from({ length: 60 }, (_, index) => `App ${index}`));
    const { notifier, calls } = notifierAnswered({ status: 202 }, { status: 429 });
    const outcome = await notifier.send(messageOf(items));
    const { shown } = countsOf([calls[0]?.body ?? '']);
    expect(outcome).toMatchObject({ status: 'throttled' });
    expect('accepted' in outcome ? outcome.accepted : []).toHaveLength(shown);
  });

  it('leaves the rest for later where the service is slow', async () => {
    const items = itemsNamed(Array.from({ length: 60 }, (_, index) => `App ${index}`));
    const slow = notifierAnswered(() => {
      slow.clock.advance(9_000);
      return { status: 202 };
    });
    expect(await slow.notifier.send(messageOf(items))).toMatchObject({ status: 'throttled' });
    expect(slow.calls).toHaveLength(2);
  });
});
