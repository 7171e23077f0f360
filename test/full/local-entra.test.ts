import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from '../support/browser.ts';
import { testCloud, type TestCloud } from '../support/local-cloud.ts';
import { authorizePath } from '../support/local-entra.ts';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('the pages of the local Entra in Chromium', () => {
  let browser: Browser;
  let cloud: TestCloud;
  let entra: ServerType;
  let application: Server;
  /** What reached the application: method, Origin and body or query. */
  const arrived: { method: string; origin: string | undefined; fields: URLSearchParams }[] = [];

  beforeAll(async () => {
    browser = await startBrowser(executablePath ?? '');
    cloud = testCloud();
    await new Promise<void>((resolve) => {
      entra = serve({ fetch: (request) => cloud.fetch(request), port: 0 }, () => resolve());
    });
    application = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { search } = new URL(request.url ?? '/', 'http://localhost');
        const isPost = request.method === 'POST';
        const fields = new URLSearchParams(isPost ? body : search);
        if (request.url?.startsWith('/oauth') === true)
          arrived.push({ method: request.method ?? '', origin: request.headers.origin, fields });
        response.end('connected');
      });
    });
    await new Promise<void>((resolve) => application.listen(0, resolve));
  });

  afterAll(async () => {
    await browser.close();
    entra.close();
    application.close();
  });

  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

  function address(more: Record<string, string> = {}): string {
    const redirectUri = `http://localhost:${portOf(application)}/oauth/callback`;
    const path = authorizePath({ redirect_uri: redirectUri, response_mode: 'form_post', ...more });
    return `http://localhost:${portOf(entra)}${path}`;
  }

  async function phone(javaScriptEnabled = true): Promise<Page> {
    const viewport = { width: 360, height: 740 };
    return (await browser.newContext({ viewport, javaScriptEnabled })).newPage();
  }

  async function fits(page: Page): Promise<boolean> {
    return page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
  }

  it('lead from account and consent back to the application, which gets a POST of its own origin', async () => {
    const page = await phone();
    await page.goto(address());
    expect(await fits(page)).toBe(true);
    await page.getByRole('button', { name: /Erika Petersen/ }).click();
    await page.getByRole('heading', { name: 'Permissions requested' }).waitFor();
    expect(await fits(page)).toBe(true);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('connected').waitFor();
    const last = arrived.at(-1);
    expect(last?.method).toBe('POST');
    expect(last?.origin).toBe(`http://localhost:${portOf(entra)}`);
    expect(last?.fields.get('state')).toBe('state & more');
    expect(last?.fields.get('code')).toMatch(/^1\.AQ/);
  });

  it('need no scripts: the last one has a button', async () => {
    const page = await phone(false);
    await page.goto(address({ prompt: 'consent' }));
    await page.getByLabel(/another account/).fill('admin@contoso.example');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel(/on behalf of your/).check();
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('connected').waitFor();
    expect(arrived.at(-1)?.fields.has('code')).toBe(true);
  });

  it('say why an account cannot be used, and that an administrator is needed', async () => {
    const page = await phone();
    await page.goto(address({ scope: 'Directory.Read.All' }));
    await page.getByLabel(/another account/).fill('lars.ek@contoso.example');
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('AADSTS50057');
    await page.getByRole('button', { name: /Wanda Ebner/ }).click();
    await page.getByRole('heading', { name: 'Need admin approval' }).waitFor();
    expect(await fits(page)).toBe(true);
    await page.getByRole('button', { name: /without granting/ }).click();
    await page.getByText('connected').waitFor();
    expect(arrived.at(-1)?.fields.get('error')).toBe('access_denied');
  });
});
