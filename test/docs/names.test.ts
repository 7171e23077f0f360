import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { routes } from '../../shared/http/routes.ts';
import { settingTexts } from '../../shared/settings/setting-texts.ts';
import { VERSION } from '../../shared/version.ts';
import { fakeIo } from '../support/fake-io.ts';

/** Everything that people read here. */
const PAGES = globSync(['*.md', 'docs/*.md']).sort();

const textOf = (page: string) => readFileSync(page, 'utf8');

const scripts = Object.keys(
  (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts,
);

/** What a page says about something that the code knows, as `page: what`, where `isKnown` says no. */
function unknown(pattern: RegExp, isKnown: (what: string, page: string) => boolean): string[] {
  return PAGES.flatMap((page) =>
    [...textOf(page).matchAll(pattern)]
      .map(([, what = '']) => what)
      .filter((what) => !isKnown(what, page))
      .map((what) => `${page}: ${what}`),
  );
}

/** As GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function leadsSomewhere(link: string, page: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), file);
  return existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

const ROUTES = Object.values(routes).map(
  ({ route }) => new RegExp(`^/${route.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`),
);

describe('the pages', () => {
  it('link to pages and headings that are there', () => {
    expect(unknown(/\]\((?!https?:|mailto:)([^)\s]+)\)/g, leadsSomewhere)).toEqual([]);
  });

  it('are all reached from the README', () => {
    const readme = textOf('README.md');
    expect(PAGES.filter((page) => page !== 'README.md' && !readme.includes(`(${page})`))).toEqual(
      [],
    );
  });

  it('name settings that exist', () => {
    const known = Object.keys(settingTexts);
    // KEYTURN_STORAGE__… stands for five of them.
    const isKnown = (name: string) =>
      known.includes(name) || known.some((one) => name.endsWith('__') && one.startsWith(name));
    expect(unknown(/\b(KEYTURN_[A-Z_]+(?:[a-z]+[A-Za-z]*)?)\b/g, isKnown)).toEqual([]);
  });

  it('name scripts that exist', () => {
    expect(unknown(/npm run (?:-s )?([a-z:]*[a-z])/g, (name) => scripts.includes(name))).toEqual(
      [],
    );
  });

  it('name commands that exist', async () => {
    const commands = await commandNames();
    const isKnown = (name: string) => commands.includes(name);
    expect(unknown(/(?:^|`|\n\s*)keyturn (?:-- )?([a-z][a-z-]*)/gm, isKnown)).toEqual([]);
    expect(unknown(/npm run -s keyturn -- ([a-z-]+)/g, isKnown)).toEqual([]);
  });

  it('name routes that exist', () => {
    const isKnown = (route: string) => ROUTES.some((pattern) => pattern.test(route));
    expect(unknown(/[`( ](\/(?:api|oauth)\/[\w/{}.-]*[\w}])(?=[`?) \n])/g, isKnown)).toEqual([]);
  });

  it('name files that are there', () => {
    const isThere = (file: string) => existsSync(file);
    expect(
      unknown(/`((?:test|shared|local|bench|cli|functions)\/[\w./-]+\.ts)`/g, isThere),
    ).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  it('has every folder of shared/', () => {
    const folders = globSync('shared/*/', { onlyDirectories: true });
    expect(folders.length).toBeGreaterThan(8);
    const page = textOf('CONTRIBUTING.md');
    expect(folders.filter((folder) => !page.includes(`| \`${folder}\``))).toEqual([]);
  });
});

describe('docs/storage.md', () => {
  it('has every table that is opened', () => {
    const sources = globSync('shared/**/*.ts').map(textOf).join('\n');
    const opened = [...sources.matchAll(/\b(?:openTable|open)\('([A-Za-z]+)'/g)].map(
      ([, name = '']) => name,
    );
    const page = textOf('docs/storage.md');
    expect(opened.length).toBeGreaterThan(20);
    expect([...new Set(opened)].filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
  });
});

describe('the version', () => {
  it('is one, in package.json, in what the installation says of itself, and on top of the changes', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    const [, newest] = /^## (\d\S*)/m.exec(textOf('CHANGELOG.md')) ?? [];
    expect([version, newest]).toEqual([VERSION, VERSION]);
  });
});

async function commandNames(): Promise<string[]> {
  const io = fakeIo();
  await runKeyturn(['help'], io);
  return [...io.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name);
}
