import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EXPORT = resolve('test/fixtures/exports/graph-list.json');

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs in another folder, without anything of this project and with no Azure command line on the path. */
function run(folder: string, ...args: string[]): Promise<Ended> {
  const env = { PATH: '/nowhere', HOME: folder };
  return new Promise((settle) => {
    execFile(
      process.execPath,
      ['keyturn.mjs', ...args],
      { cwd: folder, env, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        settle({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

describe('npm run pack:cli', () => {
  let folder: string;
  beforeAll(() => {
    execFileSync(process.execPath, ['build.mjs', 'pack']);
    folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
    copyFileSync('keyturn.mjs', join(folder, 'keyturn.mjs'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes one file that needs nothing beside it', async () => {
    const { code, stdout } = await run(folder, 'scan', '--from', EXPORT, '--as-of', '2026-12-20');
    expect(code).toBe(0);
    expect(stdout).toContain('Contoso CRM');
    expect(readdirSync(folder)).toEqual(['keyturn.mjs']);
  });

  it.each(['json', 'csv', 'markdown', 'html', 'ics'])('writes %s', async (format) => {
    const { code, stdout } = await run(
      folder,
      'scan',
      '--from',
      EXPORT,
      '--as-of',
      '2026-12-20',
      '--format',
      format,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Contoso CRM');
  });

  it('says "az login" when it is to read a tenant and nobody is signed in', async () => {
    const { code, stdout, stderr } = await run(folder, 'scan');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('az login');
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('writes a result that is larger than a pipe to its end', async () => {
    const applications = Array.from({ length: 2000 }, (_, index) => ({
      id: String(index),
      displayName: 'x'.repeat(50),
      passwordCredentials: [{ keyId: '1', endDateTime: '2020-01-01T00:00:00Z' }],
      keyCredentials: [],
    }));
    writeFileSync(join(folder, 'many.json'), JSON.stringify({ value: applications }));
    const { stdout } = await run(folder, 'scan', '--from', 'many.json', '--format', 'json');
    rmSync(join(folder, 'many.json'));
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(2000);
  });

  it('explains an error', async () => {
    const { code, stdout } = await run(
      folder,
      'explain',
      'AADSTS7000222: The provided client secret keys are expired',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('7000222');
  });
});
