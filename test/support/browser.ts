import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium is: the variable `CHROMIUM`, or where systems put it; null, and a line printed, without one. */
export function findChromium(): string | null {
  const found = PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;
  if (found === null) {
    console.log(
      'no Chromium: the pages are not tested (apt-get install chromium, or set CHROMIUM)',
    );
  }
  return found;
}

export function startBrowser(executablePath: string): Promise<Browser> {
  // As root, which CI is, Chromium starts without its sandbox only.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
