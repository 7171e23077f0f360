import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/security.md', 'utf8');

interface Named {
  file: string;
  name: string;
}

/** `` `test/…`: name of a test ``, to the end of the line. */
function testsIn(text: string): Named[] {
  return [...text.matchAll(/`(test\/[\w./-]+\.test\.ts)`: (.+)$/gm)].map(
    ([, file = '', name = '']) => ({ file, name }),
  );
}

const LITERAL = /(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g;

/** What a test file says, and so the names of its tests. */
function textsOf(file: string): Set<string> {
  const source = readFileSync(file, 'utf8');
  return new Set(
    [...source.matchAll(LITERAL)].map(([, , text = '']) => text.replaceAll(/\\(.)/g, '$1')),
  );
}

/** The parts of a chapter: one for each number. */
function numbered(chapter: string): Map<number, string> {
  const [, text = ''] = page.split(`\n## ${chapter}\n`);
  const [own = ''] = text.split('\n## ');
  return new Map(
    own
      .split('\n### ')
      .slice(1)
      .map((part) => [Number.parseInt(part, 10), part]),
  );
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('the page about security', () => {
  it.each([
    ['The rules', 33],
    ['Threats to a token broker', 35],
  ])('has a test for each line of "%s", or says why not', (chapter, last) => {
    const parts = numbered(chapter);
    expect([...parts.keys()]).toEqual(upTo(last));
    const bare = [...parts].filter(
      ([, text]) => testsIn(text).length === 0 && !/^No test here: \S/m.test(text),
    );
    expect(bare.map(([number]) => number)).toEqual([]);
  });

  it('names only tests that there are', () => {
    const named = testsIn(page);
    expect(named.length).toBeGreaterThan(100);
    const texts = new Map(
      [...new Set(named.map(({ file }) => file))].map((file) => [file, textsOf(file)]),
    );
    const gone = named.filter(({ file, name }) => texts.get(file)?.has(name) !== true);
    expect(gone).toEqual([]);
  });
});
