import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess, type InProcess } from '../support/in-process.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import type { WebhookEvent } from '../../shared/alerts/webhook-event.ts';
import { cardsOf, donesOf, eventsOf, warningsOf, type Event, type Warning } from './oracle.ts';
import { FIRST_NIGHT, MISSED, nightAt, NIGHTS, SAID, tenantOn, type Said } from './story.ts';

const GOLDEN = new URL('nights.golden.txt', import.meta.url);
const nights = Array.from({ length: NIGHTS }, (_, day) => day).filter(
  (day) => !MISSED.includes(day),
);

const ALL = nights.map((day) => ({ at: nightAt(day), tenant: tenantOn(day) }));

let keyturn: InProcess;

beforeAll(async () => {
  keyturn = await startInProcess({
    now: FIRST_NIGHT,
    // The oracle knows the directory alone.
    env: { KEYTURN_WATCHED_VAULTS: null },
  });
  for (const day of nights) {
    keyturn.clock.set(nightAt(day).toISOString());
    keyturn.setTenant(tenantOn(day));
    await keyturn.night();
    await keyturn.sweep();
    for (const said of SAID) if (said.day === day) await say(said);
  }
}, 120_000);

afterAll(() => keyturn?.stop());

/** Follows the link that stands in somebody's mail beside what they mean. */
async function say({ by, holder, choice, until }: Said): Promise<void> {
  const { lookByLink, actByLink } = keyturn.services;
  const texts = keyturn.world.mail.filter(({ to }) => to.includes(by)).map(({ text }) => text);
  for (const [, token = ''] of texts.join().matchAll(/\/act#([\w.~-]+)/g)) {
    const { finding } = await lookByLink(token);
    if (finding.holder.displayName !== holder) continue;
    await actByLink(token, { choice, until: nightAt(until).toISOString().slice(0, 10) });
    return;
  }
  throw new Error(`${by} has no link about ${holder}`);
}

type Item = AlertMessage['items'][number];

/** Every item that went out over a channel, with its night. */
function itemsOf(channel: string): { date: string; address: string; item: Item }[] {
  return keyturn.taken
    .filter((taken) => taken.channel === channel)
    .flatMap(({ at, message: { address, items } }) =>
      items.map((item) => ({ date: at.slice(0, 10), address, item })),
    );
}

function aboutSecret({
  findingId,
  holder,
}: {
  findingId: string;
  holder: { displayName: string | null };
}) {
  return { holder: holder.displayName ?? '', keyId: findingId.split(':').at(-1) ?? '' };
}

function inWords(one: {
  [K in keyof (Warning & Event)]?: (Warning & Event)[K] | undefined;
}): string {
  const { date, type, address, holder, keyId, stage } = one;
  return [date, type, address, holder, keyId, stage]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What somebody or a channel was told about ends, apart from everything else that is said. */
function told(channel: string): (Omit<Warning, 'address'> & { address: string })[] {
  return itemsOf(channel).flatMap(({ date, address, item }) =>
    item.kind === 'ends' ? [{ date, address, ...aboutSecret(item), stage: item.stage }] : [],
  );
}

/** Mondays since the epoch, which was a Thursday. */
function weekOf(at: string): number {
  return Math.floor((Date.parse(at) / 86_400_000 + 3) / 7);
}

/** What arrived, one line per message: date, channel, recipient, stages or kinds, and what it is called there. */
function lines(): string[] {
  const { mail, cards, webhooks } = keyturn.world;
  const titles: Record<string, string[]> = {
    mail: mail.map(({ subject }) => subject),
    teams: cards.map(({ body }) => titleOfCard(body)).filter((title) => !isContinued(title)),
    webhook: webhooks.map(({ body }) => (body as WebhookEvent).data.summary),
  };
  const all = keyturn.taken.map(({ at, channel, message }) => {
    const { address, items, reports = [] } = message;
    const kinds = [...items.map(kindOf), ...reports.map(({ kind }) => kind)];
    const said = kinds.toSorted((a, b) => rankOf(a) - rankOf(b)).join(' ');
    const title = titles[channel]?.shift() ?? '';
    return [at.slice(0, 10), channel, address.slice(0, 40), said, title].join(' · ');
  });
  return all.toSorted();
}

/** Stages from the nearest end on, then the rest. */
function rankOf(kind: string): number {
  return /^-?\d+$/.test(kind) ? Number(kind) : 1000;
}

function kindOf(item: Item): string {
  if (item.kind === 'ends') return String(item.stage);
  return item.kind === 'event' ? `${item.event} ${item.stage}` : item.kind;
}

/** A message that is more than one card: its last one counts. */
function isContinued(title: string): boolean {
  const [, number, count] = /\(card (\d+) of (\d+)\)$/.exec(title) ?? [];
  return number !== count;
}

/** The first text of a card. */
function titleOfCard(body: unknown): string {
  return /"text":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(body))?.[1] ?? '';
}

describe(`${NIGHTS} nights over the seeded tenant, ${MISSED.length} of them missed`, () => {
  it('tell everybody what design §4 says, on the first night that can, and nobody anything twice', () => {
    const expected = warningsOf(ALL, SAID);
    expect(told('mail').map(inWords).toSorted()).toEqual(expected.map(inWords).toSorted());
    console.log(
      `${NIGHTS} nights: ${expected.length} warnings in ${keyturn.world.mail.length} mails, ${keyturn.world.cards.length} cards and ${keyturn.world.webhooks.length} events; 0 lost, 0 repeated`,
    );
  });

  it('say once to everybody who was warned that it is done', () => {
    const dones = itemsOf('mail').flatMap(({ date, address, item }) =>
      item.kind === 'done' ? [{ date, address, ...aboutSecret(item) }] : [],
    );
    expect(dones.map(inWords).toSorted()).toEqual(donesOf(ALL, SAID).map(inWords).toSorted());
  });

  it('give operations one digest for each week', () => {
    const digests = keyturn.taken
      .filter(({ message: { reports = [] } }) => reports.some(({ kind }) => kind === 'digest'))
      .map(({ at }) => weekOf(at));
    const weeks = [...new Set(nights.map((day) => weekOf(nightAt(day).toISOString())))];
    // The first night is a Wednesday: that week's Monday has gone by.
    expect(digests).toEqual(weeks.slice(1));
  });

  it('try each channel once in each month that begins', () => {
    const tests = keyturn.taken
      .filter(({ message: { reports = [] } }) => reports.some(({ kind }) => kind === 'channelTest'))
      .map(({ at, channel }) => `${at.slice(0, 10)} ${channel}`);
    const months = ['2028-01-01', '2028-02-01', '2028-03-01'];
    const channels = ['mail', 'teams', 'webhook'];
    expect(tests.toSorted()).toEqual(
      months.flatMap((date) => channels.map((one) => `${date} ${one}`)),
    );
  });

  it('show the Teams channel each stage of each secret once, in one card per night', () => {
    const cards = told('teams').map((card) => inWords({ ...card, address: undefined }));
    expect(cards.toSorted()).toEqual(cardsOf(ALL).map(inWords).toSorted());
  });

  it('open one ticket per secret, bring it on stage by stage, and resolve it', () => {
    const events = itemsOf('webhook').flatMap(({ date, item }) =>
      item.kind === 'event' ? [{ date, type: item.event, ...aboutSecret(item) }] : [],
    );
    expect(events.map(inWords).toSorted()).toEqual(eventsOf(ALL).map(inWords).toSorted());
    const keys = new Map<string, Set<string>>();
    for (const { body } of keyturn.world.webhooks) {
      const { dedupKey, data } = body as Partial<WebhookEvent>;
      if (dedupKey === undefined || data?.credential === undefined) continue;
      keys.set(dedupKey, (keys.get(dedupKey) ?? new Set()).add(data.credential.id));
    }
    expect([...keys.values()].every(({ size }) => size === 1)).toBe(true);
    expect(keys.size).toBe(new Set([...keys.values()].flatMap((ids) => [...ids])).size);
  });

  it('give each person one mail per night', () => {
    const mails = keyturn.world.mail.map(({ at, to }) => `${at.slice(0, 10)} ${to.join()}`);
    expect(mails).toEqual([...new Set(mails)]);
  });

  it('leave nothing in the outbox and nothing in the log that a human must see to', () => {
    expect(keyturn.tables.dump()['alertoutbox']).toEqual([]);
    expect(keyturn.errors).toEqual([]);
  });

  it('send exactly these messages', async () => {
    const text = `${lines().join('\n')}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(GOLDEN, text);
    expect(text).toBe(await readFile(GOLDEN, 'utf8'));
  });
});
