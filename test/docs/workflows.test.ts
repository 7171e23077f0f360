import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

const FILES = globSync('.github/workflows/*.yml').sort();
const textOf = (file: string) => readFileSync(file, 'utf8');

/** The lines of every `run:`, one of a line or a block. */
function commandsIn(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const [, indent = '', command = ''] = /^( *)(?:- )?run: (.*)$/.exec(line) ?? [];
    if (command !== '|') return command === '' ? [] : [command];
    const after = lines.slice(index + 1);
    const end = after.findIndex(
      (one) => one.trim() !== '' && !one.startsWith(' '.repeat(indent.length + 3)),
    );
    return after.slice(0, end);
  });
}

describe.each(FILES)('%s', (file) => {
  const text = textOf(file);

  it('takes actions by commit, with the version beside it', () => {
    const used = [...text.matchAll(/uses: (.+)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used)
      expect(action).toMatch(/^(actions|azure)\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may nothing that its job does not need', () => {
    expect(text).toMatch(/^permissions: \{\}$/m);
    const granted = [...text.matchAll(/^ {6}([a-z-]+: (?:read|write))$/gm)].map(([, what]) => what);
    const allowed: Record<string, string[]> = {
      '.github/workflows/check.yml': ['contents: read'],
      '.github/workflows/deploy.yml': ['contents: read', 'id-token: write'],
      '.github/workflows/release.yml': ['contents: write'],
    };
    expect(granted).toEqual(allowed[file]);
    expect(text).not.toMatch(/pull_request_target|workflow_run|secrets\./);
  });

  it('leaves no token of the repository to what it builds', () => {
    const checkouts = text.split('actions/checkout@').slice(1);
    for (const checkout of checkouts)
      expect(checkout.split('- uses:')[0]).toContain('persist-credentials: false');
  });

  it('puts nothing into a command line that an expression gives', () => {
    expect(commandsIn(text).length).toBeGreaterThan(0);
    for (const command of commandsIn(text)) expect(command).not.toContain('${{');
  });

  it('runs scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

describe('the workflows', () => {
  it('run for every change what .ci/run runs', () => {
    expect(textOf('.github/workflows/check.yml')).toContain('run: .ci/run');
    expect(FILES).toHaveLength(3);
  });
});
