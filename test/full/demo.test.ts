import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';

/** What `npm run demo` runs, after `node build.mjs`. */
let printed: string;
let exitCode: number | null;

beforeAll(async () => {
  const demo = spawn(process.execPath, ['dist/local/demo.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  printed = await text(demo.stdout);
  [exitCode] = demo.exitCode === null ? await once(demo, 'exit') : [demo.exitCode];
}, 240_000);

describe('npm run demo', () => {
  it('ends well', () => {
    expect(exitCode).toBe(0);
  });

  it('lets sixty days pass, in which the mails name BC Prod and somebody says that it is done', () => {
    const mails = printed.match(/^Day \d+ +To .*$/gm) ?? [];
    expect(mails.map((line) => /^Day (\d+)/.exec(line)?.[1])).toEqual(['1', '2', '58']);
    expect(printed).toMatch(/^ +Used by: .*BC Prod/m);
    expect(printed).toContain('follows the link in her mail');
  });

  it('ends with true counts of mails and of tokens that a program did not get', () => {
    expect(printed.trimEnd().split('\n').at(-1)).toBe(
      '3 mails in 60 days, 0 failed token requests',
    );
  });
});
