import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from '../support/browser.ts';
import { heading, look, PICTURES } from '../support/page-looks.ts';
import { startInstallation, type Installation } from '../support/installation.ts';
import { everythingStored } from '../support/stored-everything.ts';

const FABRIKAM = 'fab00000-0000-4000-8000-000000000001';
const chromium = findChromium();

let keyturn: Installation;
let browser: Browser;

async function admin<T>(method: string, at: string, body?: unknown): Promise<T> {
  const response = await keyturn.call(at, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'x-keyturn-key': keyturn.keys?.admin ?? '' },
  });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text) as T;
}

describe.skipIf(chromium === null)(
  'a link for a tenant, in the browser of its administrator',
  () => {
    beforeAll(async () => {
      await mkdir(PICTURES, { recursive: true });
      browser = await startBrowser(chromium ?? '');
      keyturn = await startInstallation({});
      await keyturn.control('PUT', 'tenant', {
        tenantId: FABRIKAM,
        displayName: 'Fabrikam',
        verifiedDomain: 'fabrikam.example',
        applications: [],
        users: [
          {
            displayName: 'Bo Boss',
            userPrincipalName: 'boss@fabrikam.example',
            directoryRoles: ['Global Administrator'],
          },
        ],
      });
    });
    afterAll(async () => {
      await browser.close();
      await keyturn.stop();
    });

    it.each([
      ['desktop', 1280],
      ['phone', 390],
    ])('leads to Microsoft’s page and back to a watched tenant (%s)', async (size, width) => {
      const { consentLink } = await admin<{ consentLink: { url: string } }>(
        'POST',
        '/api/tenants',
        {
          tenantId: 'fabrikam.example',
          displayName: 'Fabrikam <b>Ltd</b>',
        },
      );
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      await page.goto(consentLink.url);
      await heading(page, 'Please agree for your organisation');
      await page.getByText(`Fabrikam <b>Ltd</b> (${FABRIKAM})`).waitFor();
      await look(page, `onboarding-${size}-1-link`);
      await page.getByRole('button', { name: 'go to the page of Microsoft' }).click();
      await page.getByRole('button', { name: /boss@fabrikam\.example/ }).click();
      await page.getByText('Application.Read.All').waitFor();
      await look(page, `onboarding-${size}-2-consent`);
      await page.getByRole('button', { name: 'Accept' }).click();
      await heading(page, 'Thank you: your secrets are watched');
      await look(page, `onboarding-${size}-3-done`);
      expect(new URL(page.url()).searchParams.has('state')).toBe(false);

      const { tenants } = await admin<{ tenants: { tenantId: string; status: string }[] }>(
        'GET',
        '/api/tenants',
      );
      expect(tenants).toContainEqual(
        expect.objectContaining({ tenantId: FABRIKAM, status: 'watched' }),
      );
      const token = new URL(consentLink.url).hash.slice(1);
      for (const { where, text } of await everythingStored(keyturn.connectionString))
        expect(text.includes(token), where).toBe(false);
      expect(keyturn.printed.join('\n')).not.toContain(token);

      const gone = await keyturn.call(`/api/tenants/${FABRIKAM}`, {
        method: 'DELETE',
        headers: { 'x-keyturn-key': keyturn.keys?.admin ?? '' },
      });
      expect(gone.status).toBe(204);
      await keyturn.control('PUT', 'permissions', { tenants: { [FABRIKAM]: null } });
      await context.close();
    });
  },
);
