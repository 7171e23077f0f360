import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from '../support/browser.ts';
import { application, guid, inDays, NOW, secret, user } from '../support/graph-tenant.ts';
import { startInstallation, type Installation } from '../support/installation.ts';
import { everythingStored } from '../support/stored-everything.ts';

const ANNA = user('anna');
const FALLBACK = 'fallback@contoso.example';
/** Where the pictures go; people look at them. */
const PICTURES = process.env['TEST_PICTURES'] ?? path.join(os.tmpdir(), 'keyturn-pictures');
const chromium = findChromium();

let keyturn: Installation;
let browser: Browser;
/** Every address that a browser asked for, and everything that it was refused. */
const asked: string[] = [];
const refused: string[] = [];
const tokens: string[] = [];

interface WithFiles {
  to: string[];
  attachments: { name: string; text: string }[];
}

async function night(): Promise<void> {
  const headers = { 'x-functions-key': keyturn.masterKey };
  await keyturn.call('/admin/functions/checkNightly', { method: 'POST', headers });
  await keyturn.settle();
}

/** The newest mail to somebody, and the links in it that lead to an answer. */
async function newest(address: string) {
  const mail = (await keyturn.mails()).findLast(({ to }) => to.includes(address));
  const links = [...(mail?.html ?? '').matchAll(/href="([^"]+\/act#[^"]+)"/g)].map(
    ([, href]) => href ?? '',
  );
  tokens.push(...links.map((link) => link.split('#')[1] ?? ''));
  return { mail, links };
}

async function open(link: string, width: number): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.on('request', (request) => void asked.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await page.goto(link);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return { page, context };
}

async function picture(page: Page, name: string): Promise<void> {
  const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(widest, `${name} scrolls sideways`).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  await page.screenshot({ path: path.join(PICTURES, `act-${name}.png`), fullPage: true });
}

async function choose(page: Page, label: string): Promise<void> {
  await page.getByText(label, { exact: true }).click();
}

async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send' }).locator('visible=true').click();
  const noted = page.locator('#state.good');
  await noted.waitFor();
  return (await noted.textContent()) ?? '';
}

describe.skipIf(chromium === null)('the page behind the links in mails', () => {
  beforeAll(async () => {
    await mkdir(PICTURES, { recursive: true });
    browser = await startBrowser(chromium ?? '');
    keyturn = await startInstallation({ now: NOW, verbose: true });
    const bc = (n: number, days: number) =>
      application(n, {
        displayName: n === 1 ? 'SmartConnect BC Prod' : `<img src=x onerror=alert(${n})> "orders"`,
        owners: [ANNA.id],
        web: { redirectUris: ['https://app.smartconnect.com/oauth/redirect'] },
        passwordCredentials: [{ ...secret(guid('c0', n), days), startDateTime: inDays(-345) }],
      });
    await keyturn.control('PUT', 'tenant', {
      applications: [bc(1, 20), bc(2, 25)],
      users: [ANNA, user('bob')],
    });
    await night();
  });
  afterAll(async () => {
    await browser?.close();
    await keyturn?.stop();
  });

  it('is data-free until its script has asked, and a scanner that opens the link does nothing', async () => {
    const { mail, links } = await newest(ANNA.mail);
    expect(mail?.text).toContain(links[0] ?? 'a link');
    expect(links).toHaveLength(2);
    const before = await everythingStored(keyturn.connectionString);
    for (let i = 0; i < 3; i += 1) {
      const scanned = await fetch(links[0] ?? '');
      expect(scanned.status).toBe(200);
      expect(await scanned.text()).not.toContain('SmartConnect BC Prod');
    }
    const stored = (kept: typeof before) =>
      kept.filter(({ where }) => /table act/.test(where)).map(({ text }) => text);
    expect(stored(await everythingStored(keyturn.connectionString))).toEqual(stored(before));
  });

  it.each([
    ['desktop', 1280],
    ['phone', 390],
  ])('says on a %s what is asked, whom, and what would happen', async (name, width) => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[0] ?? '', width);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'SmartConnect BC Prod',
    );
    const text = await page.locator('main').innerText();
    expect(text).toContain('anna@contoso.example');
    for (const label of ['I entered the new one', 'I will do it by …', 'Not me: pass it on'])
      expect(text).toContain(label);
    // The token is out of the address bar, and so out of the history.
    expect(page.url()).toBe(`${keyturn.url}/act`);
    await picture(page, `asked-${name}`);
    await choose(page, 'I entered the new one');
    await picture(page, `entered-${name}`);
    await context.close();
  });

  it('notes a promise, and says so', async () => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[0] ?? '', 390);
    await choose(page, 'I will do it by …');
    const noted = await send(page);
    expect(noted).toMatch(/^Noted\. anna@.* promised on .* to do it by /);
    await picture(page, 'promised-phone');
    await context.close();
  });

  it('says in place what is wrong', async () => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[0] ?? '', 1280);
    await choose(page, 'Not me: pass it on');
    await page.getByLabel(/Their mail address/).fill('eve@evil.example');
    await page.getByRole('button', { name: 'Send' }).locator('visible=true').click();
    await page.locator('#state.bad').waitFor();
    expect(await page.locator('#state').textContent()).toContain('contoso.example');
    await picture(page, 'refused-desktop');
    await context.close();
  });

  it('passes a hostile name on as text, and the link is used up', async () => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[1] ?? '', 1280);
    await choose(page, 'Not me: pass it on');
    await page.getByLabel(/Their mail address/).fill('bob@contoso.example');
    await send(page);
    await picture(page, 'passed-on-desktop');
    await keyturn.settle();
    const { mail } = await newest('bob@contoso.example');
    expect(mail?.text).toContain('passed this on to');
    await page.goto('about:blank');
    await page.goto(links[1] ?? '');
    await page.locator('#state.bad').waitFor();
    expect(await page.locator('#state').textContent()).toContain('This link does not work');
    await picture(page, 'used-up-desktop');
    await context.close();
  });

  it('asks an administrator in the words of whoever cannot do it', async () => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[0] ?? '', 390);
    await choose(page, 'I cannot: ask my admin');
    await page.getByLabel(/Why not/).fill('I have left the project.');
    await send(page);
    await keyturn.settle();
    const { mail } = await newest(FALLBACK);
    expect(mail?.text).toContain('I have left the project.');
    await context.close();
  });

  it('confirms a place, which is on record from then on', async () => {
    const { links } = await newest(ANNA.mail);
    const { page, context } = await open(links[0] ?? '', 1280);
    await choose(page, 'I entered the new one');
    expect(await send(page)).toContain('was entered in SmartConnect');
    const { consumers } = await keyturn.read<{ consumers: { confirmedBy: string | null }[] }>(
      '/api/consumers',
    );
    // The seeded places of SmartConnect stand beside it, unconfirmed.
    const confirmed = consumers.filter(({ confirmedBy }) => confirmedBy !== null);
    expect(confirmed).toMatchObject([{ confirmedBy: ANNA.mail }]);
    await context.close();
  });

  it('carries a calendar file for each mail', async () => {
    const mails = await keyturn.control<WithFiles[]>('GET', 'mail');
    const [first] = mails.filter(({ to }) => to.includes(ANNA.mail));
    expect(first?.attachments.map(({ name }) => name)).toEqual(['keyturn.ics']);
    expect(first?.attachments[0]?.text).toContain('METHOD:PUBLISH');
  });

  it('takes the entry out of the calendars of all who were warned when it is done', async () => {
    await keyturn.control('PUT', 'tenant', {
      applications: [application(1, { owners: [ANNA.id] }), application(2, { owners: [ANNA.id] })],
      users: [ANNA, user('bob')],
    });
    await night();
    for (const address of [ANNA.mail, 'bob@contoso.example']) {
      const mails = await keyturn.control<WithFiles[]>('GET', 'mail');
      const last = mails.findLast(({ to }) => to.includes(address));
      expect(last?.attachments.map(({ name }) => name)).toEqual(['keyturn-done.ics']);
      expect(last?.attachments[0]?.text).toContain('METHOD:CANCEL');
    }
  });

  it('keeps the token to its mail: no address, log, table or queue has one, and the page asks nobody else', async () => {
    expect(tokens.length).toBeGreaterThan(5);
    const secrets = [...new Set(tokens)].map((token) => token.slice(-24));
    const places = [
      ...keyturn.printed.map((text) => ({ where: 'log', text })),
      ...(await everythingStored(keyturn.connectionString)),
      // A browser shows a fragment in its own list of requests, and sends it to nobody.
      ...asked.map((url) => ({ where: 'address', text: url.split('#')[0] ?? '' })),
    ];
    for (const one of secrets) {
      expect(places.filter(({ text }) => text.includes(one)).map(({ where }) => where)).toEqual([]);
    }
    const origins = new Set(
      asked.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin),
    );
    expect([...origins]).toEqual([keyturn.url]);
    // Wrong answers are reported by the browser itself; anything else would be the policy or a script.
    expect(refused.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
