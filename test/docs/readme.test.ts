import '../support/register-nothing.ts';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import { settingsTable } from '../../shared/settings.ts';
import { apiPage } from '../support/api-page.ts';

const README = new URL('../../README.md', import.meta.url);

/** The functions that no route has; what people read about them. */
const BACKGROUND: Record<string, [trigger: string, summary: string]> = {
  checkNightly: [
    'timer, `KEYTURN_CHECK_SCHEDULE`',
    'Starts the night: one queue message per tenant.',
  ],
  checkTenant: ['queue', 'Checks one tenant and writes down whom to tell.'],
  deliverAlerts: ['queue', 'Sends one recipient what waits for them, as one message.'],
  keepAlive: [
    'timer, every 6 hours',
    'Keeps sign-ins alive, and removes what deleted connections left behind.',
  ],
  prune: ['timer, daily at 04:40 UTC', 'Removes what has been kept long enough.'],
  sweep: ['timer, every 5 minutes', 'Takes up what a crash or a lost message left behind.'],
};

function functionsTable(): string {
  const http = Object.entries(routes).map(([name, { methods, route, role, summary }]) => {
    const path = route.startsWith('{') ? '/' : `/${route}`;
    const who = role === 'hostMaster' ? 'host master key' : role;
    return `| \`${name}\` | \`${methods.join('·')} ${path}\` | ${who} | ${summary} |`;
  });
  const background = Object.entries(BACKGROUND).map(
    ([name, [trigger, summary]]) => `| \`${name}\` | ${trigger} | | ${summary} |`,
  );
  return [
    '| Function | Trigger | Role | What it does |',
    '|---|---|---|---|',
    ...background,
    ...http,
    '',
  ].join('\n');
}

/** Checks a generated part of the README; `UPDATE_DOCS=1` writes it instead. */
function part(name: string, wanted: string): { is: string; wanted: string } {
  const begin = `<!-- ${name}:begin -->\n`;
  const end = `<!-- ${name}:end -->`;
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(README, `${text.slice(0, from)}\n${wanted}\n${text.slice(to)}`);
    return { is: wanted, wanted };
  }
  return { is: normal(text.slice(from, to)), wanted: normal(wanted) };
}

/** Prettier aligns tables; only their words count. */
function normal(table: string): string {
  return table
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/ *\| */g, '|')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();
}

describe('the README', () => {
  it('lists every setting as the service reads it', () => {
    const { is, wanted } = part('settings', settingsTable());
    expect(is).toBe(normal(wanted));
  });

  it('lists every function that is registered, with its route and role', () => {
    const { is, wanted } = part('functions', functionsTable());
    expect(is).toBe(normal(wanted));
    const files = readdirSync(new URL('../../functions/', import.meta.url));
    const names = files.map((file) =>
      file.replace('.ts', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(Object.keys({ ...BACKGROUND, ...routes }).sort()).toEqual(names.sort());
  });

  it('names only scripts and files that exist', () => {
    const text = readFileSync(README, 'utf8');
    const { scripts } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const links = [...text.matchAll(/\]\((docs\/[^)]+)\)/g)].map(([, path]) => path ?? '');
    for (const link of links) {
      expect(() => readFileSync(new URL(`../../${link}`, import.meta.url))).not.toThrow();
    }
  });

  it('stays short enough to be read', () => {
    expect(readFileSync(README, 'utf8').split('\n').length).toBeLessThan(250);
  });
});

describe('docs/api.md', () => {
  it('says of every route what the OpenAPI document says', async () => {
    const page = new URL('../../docs/api.md', import.meta.url);
    const wanted = await apiPage();
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, wanted);
    expect(readFileSync(page, 'utf8')).toBe(wanted);
  });
});
