import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedConnections } from '../../local/cloud/seed-connection-bodies.ts';
import { findChromium, startBrowser } from '../support/browser.ts';
import { heading, look, PICTURES } from '../support/page-looks.ts';
import { startInstallation, type Installation } from '../support/installation.ts';
import { everythingStored } from '../support/stored-everything.ts';

const ACCOUNT = 'erp@contoso.example';
const chromium = findChromium();
const SIZES = [
  ['desktop', 1280],
  ['phone', 390],
] as const;

let keyturn: Installation;
let browser: Browser;
/** Every address that a browser asked for, without the fragments, which it sends to nobody. */
const asked: string[] = [];
/** What a browser was refused by a page's policy. */
const refused: string[] = [];
const tokens: string[] = [];

interface Shown {
  status: string;
  authorizedBy: { displayName: string } | null;
}

async function admin<T>(method: string, at: string, body?: unknown): Promise<T> {
  const response = await keyturn.call(`/api/connections/${at}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'x-keyturn-key': keyturn.keys?.admin ?? '' },
  });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text) as T;
}

/** A connection that waits for its first sign-in, and the link to send. */
async function linkFor(id: string): Promise<string> {
  await admin('PUT', id, { ...seedConnections['bc-sandbox'], displayName: `Sandbox <b>${id}</b>` });
  const { url } = await admin<{ url: string }>('POST', `${id}/connect-links`, {
    loginHint: ACCOUNT,
  });
  tokens.push(new URL(url).hash.slice(1));
  return url;
}

async function opened(link: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.on('request', (request) => void asked.push(request.url().split('#')[0] ?? ''));
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await page.goto(link);
  return page;
}

/** From the mailed link to the question of the sign-in page. */
async function signedIn(page: Page, picture: string): Promise<void> {
  await heading(page, 'Please sign in');
  await look(page, `connect-${picture}-1-link`);
  await page.getByRole('button', { name: 'Go to the sign-in page' }).click();
  await heading(page, 'Pick an account');
  await look(page, `connect-${picture}-2-account`);
  await page.getByRole('button', { name: new RegExp(`${ACCOUNT}.*suggested`) }).click();
}

describe.skipIf(chromium === null)('a connect link in a browser', () => {
  beforeAll(async () => {
    await mkdir(PICTURES, { recursive: true });
    browser = await startBrowser(chromium ?? '');
    keyturn = await startInstallation({ verbose: true });
  });
  afterAll(async () => {
    await browser?.close();
    await keyturn?.stop();
  });

  it('says what is asked in words, the name as text, and can be used again by a person who declined', async () => {
    const link = await linkFor('link-declined');
    const page = await opened(link, 390);
    await signedIn(page, 'declined');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await heading(page, 'Nothing was changed');
    await look(page, 'connect-declined-3-told');
    await page.goto('about:blank');
    await page.goto(link);
    await heading(page, 'Please sign in');
    const text = await page.locator('main').innerText();
    expect(text).toContain('Sandbox <b>link-declined</b>');
    expect(text).toContain(ACCOUNT);
    expect(text).toContain('Last time: Nothing was changed.');
    expect(await admin<Shown>('GET', 'link-declined')).toMatchObject({ status: 'pending' });
    await look(page, 'connect-declined-4-again');
    await page.context().close();
  });

  it.each(SIZES)(
    'leads on a %s over account and consent to a connection that gives tokens, and is then used up',
    async (name, width) => {
      const id = `link-${name}`;
      const link = await linkFor(id);
      const page = await opened(link, width);
      await signedIn(page, name);
      // The first of the two agrees; what was agreed to is not asked again.
      if (name === 'desktop') {
        await heading(page, 'Permissions requested');
        await look(page, `connect-${name}-3-consent`);
        await page.getByRole('button', { name: 'Accept' }).click();
      }
      await heading(page, 'Thank you: one more step');
      expect(page.url()).toBe(`${keyturn.url}/oauth/callback?result=pendingApproval`);
      await look(page, `connect-${name}-4-done`);

      expect(await admin<Shown>('GET', id)).toMatchObject({ status: 'pendingApproval' });
      await keyturn.settle();
      const told = (await keyturn.mails()).filter(({ to }) =>
        to.includes('operations@contoso.example'),
      );
      expect(told.map(({ subject }) => subject)).toContain(
        `[Keyturn] ${id} waits for your approval`,
      );
      const approved = await admin<Shown>('POST', `${id}/approve`, {});
      expect(approved.status).toBe('connected');
      expect(approved.authorizedBy?.displayName).toBe('ERP Integration');
      const { key } = await admin<{ key: string }>('POST', `${id}/keys`, { name: 'browser' });
      const headers = { 'x-keyturn-key': key };
      expect((await keyturn.call(`/api/connections/${id}/token`, { headers })).status).toBe(200);

      await page.goto('about:blank');
      await page.goto(link);
      await page.locator('#state.bad').waitFor();
      expect(await page.locator('#state').textContent()).toContain('This link does not work');
      await look(page, `connect-${name}-5-used-up`);
      await page.context().close();
    },
  );

  it('keeps its token, codes and states out of every address, log, table, queue and blob', async () => {
    expect(tokens.length).toBeGreaterThan(1);
    expect(asked.length).toBeGreaterThan(5);
    const places = [
      ...keyturn.printed.map((text) => ({ where: 'log', text })),
      ...(await everythingStored(keyturn.connectionString)),
      ...asked.map((text) => ({ where: 'address', text })),
    ];
    for (const token of tokens)
      expect(places.filter(({ text }) => text.includes(token.slice(-24)))).toEqual([]);
    expect(asked.filter((url) => /[?&]code=/.test(url))).toEqual([]);
    const origins = new Set(
      asked.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin),
    );
    expect([...origins].toSorted()).toEqual([keyturn.url, keyturn.cloudUrl].toSorted());
    expect(refused.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
