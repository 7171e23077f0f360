import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where pictures of pages go. */
export const PICTURES = process.env['TEST_PICTURES'] ?? path.join(os.tmpdir(), 'keyturn-pictures');

/** Takes a picture of a page, which must not scroll sideways. */
export async function look(page: Page, name: string): Promise<void> {
  const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(widest, `${name} scrolls sideways`).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
}

/** Waits until the page says this on top. */
export async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}
