import { mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { ALL_TENANTS } from '../../shared/alerts/scopes.ts';
import { teamsWorkflowNotifier } from '../../shared/alerts/teams-workflow-notifier.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { startInProcess } from '../support/in-process.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { HOSTILE_NAMES } from '../support/hostile-names.ts';

const NOW = '2027-01-19T02:00:00.000Z';
const WIDTHS = { desktop: 1280, phone: 390 };
/** Where the pictures go; people look at them. */
const PICTURES = process.env['TEST_PICTURES'] ?? path.join(os.tmpdir(), 'keyturn-pictures');

interface Payload {
  bytes: number;
  card: Record<string, unknown>;
}

function message(items: AlertItem[], scope: string): AlertMessage {
  return { id: 'message-1', address: 'anna@contoso.example', scope, items };
}

/** So many secrets of applications with the worst names, ending in the next weeks or over for days. */
function items(count: number): AlertItem[] {
  return Array.from({ length: count }, (_, index) => {
    const name = HOSTILE_NAMES[index % HOSTILE_NAMES.length] ?? '';
    const days = (index % 50) - 10;
    const holder = {
      type: 'application' as const,
      objectId: `22222222-2222-4222-8222-${String(index).padStart(12, '0')}`,
      appId: `33333333-3333-4333-8333-${String(index).padStart(12, '0')}`,
      displayName: `${name} ${index}`,
    };
    return alertItem({
      findingId: `application:${index}:clientSecret:k`,
      name,
      holder,
      owners: [name],
      expiresAt: new Date(Date.parse(NOW) + days * 86_400_000 + 3_600_000).toISOString(),
      consumers: [{ system: 'SmartConnect', because: name }],
    });
  });
}

/** What the notifier posts. */
async function payloadsOf(sent: AlertMessage): Promise<Payload[]> {
  const bodies: string[] = [];
  const notifier = teamsWorkflowNotifier({
    egress: async ({ body }) => {
      bodies.push(body ?? '');
      return { status: 202, headers: {}, text: '' };
    },
    url: 'https://x.environment.api.powerplatform.com/powerautomate/x?sig=secret',
    clock: fakeClock(NOW),
    words: {
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    },
  });
  expect(await notifier.send(sent)).toMatchObject({ status: 'accepted' });
  return bodies.map((body) => ({
    bytes: Buffer.byteLength(body),
    card: (JSON.parse(body) as { attachments: { content: Record<string, unknown> }[] })
      .attachments[0]?.content as Record<string, unknown>,
  }));
}

/** How many secrets a card writes out, and how many more it counts. */
function countsOf({ card }: Payload): { shown: number; more: number } {
  const body = card['body'] as { type: string }[];
  const more = /and ([\d,.]+) more, not written out/.exec(JSON.stringify(body))?.[1] ?? '0';
  return { shown: body.filter(({ type }) => type === 'Container').length, more: Number(more) };
}

let validate: ReturnType<Ajv['compile']>;
let browser: Browser;
let renderer: string;

beforeAll(async () => {
  const schema = await readFile('test/fixtures/adaptive-card-1.4.json', 'utf8');
  validate = new Ajv({ discriminator: true, allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(schema) as object,
  );
  renderer = await readFile('node_modules/adaptivecards/dist/adaptivecards.min.js', 'utf8');
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  await mkdir(PICTURES, { recursive: true });
});

afterAll(() => browser?.close());

/** A page that notes what it asks the network for, what it says, and whether anything ran that should not. */
async function openPage(width: number): Promise<{ page: Page; troubles: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const troubles: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) troubles.push(`asked for ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  return { page, troubles };
}

async function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
}

/** The first screenfuls: what comes after them looks the same. */
async function picture(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize() ?? { width: 0 };
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width, height: Math.min(height, MAX_PICTURE) };
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true, clip });
}
const MAX_PICTURE = 1600;

/** Renders cards as a host of Adaptive Cards does; gives the text that people read. */
async function rendered(page: Page, cards: Record<string, unknown>[]): Promise<string> {
  await page.setContent(
    '<!doctype html><meta charset="utf-8"><body style="margin:12px;background:#f5f5f5"><div id="cards" style="max-width:720px;overflow-wrap:anywhere"></div>',
  );
  await page.addScriptTag({ content: renderer });
  return page.evaluate(`(${RENDER})(${JSON.stringify(cards)})`);
}

/** Runs in the page. */
const RENDER = `(all) => {
  const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
  for (const json of all) {
    const card = new AdaptiveCard();
    card.hostConfig = new HostConfig({ fontFamily: 'Segoe UI, DejaVu Sans, sans-serif' });
    card.parse(json);
    const element = card.render();
    element.style.cssText += ';background:#fff;margin-bottom:16px;border-radius:6px';
    document.querySelector('#cards').append(element);
  }
  return document.body.innerText;
}`;

describe('cards of 500 secrets with the worst names', () => {
  it('facts 3 row 63: no payload is over 20,000 bytes, whatever the names', async () => {
    const payloads = await payloadsOf(message(items(500), TENANT));
    for (const { bytes } of payloads) expect(bytes).toBeLessThanOrEqual(20_000);
    expect(payloads.length).toBeGreaterThan(1);
  });

  it('facts 3 row 44: what is shown and "more" are 500', async () => {
    const counts = (await payloadsOf(message(items(500), TENANT))).map(countsOf);
    const sum = counts.reduce((total, { shown, more }) => total + shown + more, 0);
    expect(sum).toBe(500);
    expect(counts.at(-1)?.more).toBeGreaterThan(0);
    // Only the last card counts the rest.
    expect(counts.slice(0, -1).every(({ more }) => more === 0)).toBe(true);
  });

  it.each([1, 3, 4, 40, 500])(
    'of %s are valid by the schema of Adaptive Cards 1.4',
    async (count) => {
      for (const { card } of await payloadsOf(message(items(count), TENANT))) {
        await validate(card);
        expect(validate.errors ?? []).toEqual([]);
      }
    },
  );

  it.each(Object.entries(WIDTHS))(
    'render on a %s, run nothing and ask for nothing',
    async (name, width) => {
      const { page, troubles } = await openPage(width);
      const cards = (await payloadsOf(message(items(500), TENANT))).map(({ card }) => card);
      const text = await rendered(page, cards);
      await picture(page, `card-500-${name}`);
      expect(text).toContain('more, not written out here');
      // Shown as text, not as what it wants to be.
      expect(text).toContain('onerror=alert(1)');
      expect(await page.locator('#cards img, #cards script, #cards iframe').count()).toBe(0);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(troubles).toEqual([]);
      await page.close();
    },
  );

  it.each(Object.entries(WIDTHS))('of one secret say on a %s what to do', async (name, width) => {
    const { page, troubles } = await openPage(width);
    const [{ card } = { card: {} }] = await payloadsOf(message([alertItem()], TENANT));
    const text = await rendered(page, [card]);
    await picture(page, `card-one-${name}`);
    expect(text).toContain('SmartConnect BC Prod');
    expect(text).toContain('What to do');
    expect(troubles).toEqual([]);
    await page.close();
  });
});

describe('mails', () => {
  const words = {
    now: new Date(NOW),
    timeZone: 'Europe/Berlin',
    portalUrl: 'https://portal.azure.com',
    publicUrl: 'https://keyturn.contoso.example',
  };

  it.each(
    Object.entries(WIDTHS).flatMap(([name, width]) =>
      [1, 12, 500].map((count): [string, number, number] => [name, width, count]),
    ),
  )(
    'on a %s (%s px) of %s secrets fit, run nothing and ask for nothing',
    async (name, width, count) => {
      const { page, troubles } = await openPage(width);
      const about = count === 1 ? [alertItem()] : items(count);
      const { html } = composeMail(message(about, count === 500 ? ALL_TENANTS : TENANT), words);
      await page.setContent(html);
      await picture(page, `mail-${count}-${name}`);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(await page.locator('img, script, iframe, form, input').count()).toBe(0);
      expect(troubles).toEqual([]);
      // Links go to the portal and to Keyturn, nowhere else.
      const hosts = await page
        .locator('a')
        .evaluateAll((links) => links.map((link) => (link as unknown as { host: string }).host));
      for (const host of hosts)
        expect(['portal.azure.com', 'keyturn.contoso.example']).toContain(host);
      await page.close();
    },
  );
});

describe('what the seeded tenant sends in its first week', () => {
  const mails: { name: string; html: string }[] = [];
  const cards: Record<string, unknown>[] = [];

  beforeAll(async () => {
    // A Sunday, so that the second night has the week's digest.
    const keyturn = await startInProcess({ now: '2026-11-29T02:00:00Z' });
    await keyturn.night();
    keyturn.clock.set('2026-11-30T02:00:00Z');
    await keyturn.night();
    const seen = new Set<string>();
    for (const { to, html } of keyturn.world.mail) {
      const name = to.join().split('@')[0] ?? '';
      if (seen.size < seen.add(name).size) mails.push({ name, html });
    }
    for (const { body } of keyturn.world.cards) {
      const { attachments } = body as { attachments: { content: Record<string, unknown> }[] };
      cards.push(...attachments.map(({ content }) => content));
    }
    await keyturn.stop();
  }, 60_000);

  it.each(Object.entries(WIDTHS))('fits on a %s, mail by mail', async (name, width) => {
    expect(mails.map((mail) => mail.name)).toEqual(
      expect.arrayContaining(['erika.petersen', 'fallback', 'operations']),
    );
    for (const mail of mails) {
      const { page, troubles } = await openPage(width);
      await page.setContent(mail.html);
      await picture(page, `seeded-mail-${mail.name}-${name}`);
      expect(await overflowOf(page), mail.name).toBeLessThanOrEqual(0);
      expect(await page.locator('img, script, iframe, form, input').count(), mail.name).toBe(0);
      expect(troubles, mail.name).toEqual([]);
      await page.close();
    }
  });

  it.each(Object.entries(WIDTHS))('fits on a %s, card by card', async (name, width) => {
    for (const card of cards) {
      await validate(card);
      // The local installation answers on plain http.
      const errors = (validate.errors ?? []).filter(
        ({ instancePath }) => !instancePath.endsWith('/url'),
      );
      expect(errors).toEqual([]);
    }
    const { page, troubles } = await openPage(width);
    await rendered(page, cards);
    await picture(page, `seeded-cards-${name}`);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
    await page.close();
  });
});
