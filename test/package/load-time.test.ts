import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingTexts } from '../../shared/settings/setting-texts.ts';
import { unpackPackage, type UnpackedPackage } from '../support/unpacked-package.ts';

interface Loaded {
  functions: { name: string; bindings: Record<string, Record<string, unknown>> }[];
  /** Calls, waits, files, processes: what loading must not do. */
  acts: string[];
  /** Settings that were read. */
  settings: string[];
}

let unpacked: UnpackedPackage;
beforeAll(() => {
  unpacked = unpackPackage();
});
afterAll(() => {
  unpacked.remove();
});

/** Ends by itself only when nothing that was loaded keeps the process alive. */
async function load(env: Record<string, string>): Promise<Loaded> {
  const args = ['test/fixtures/load-watch.mjs', unpacked.directory];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Loaded;
}

const everySetting = (value: string) =>
  Object.fromEntries(Object.keys(settingTexts).map((name) => [name, value]));

describe('loading the functions', () => {
  const wanted = readdirSync('functions').length;

  it('registers them and does nothing else: no call, no wait, no file, no process', async () => {
    const { functions, acts, settings } = await load({});
    expect(functions).toHaveLength(wanted);
    expect(acts).toEqual([]);
    // The one thing that a timer must say when it registers.
    expect(settings).toEqual(['KEYTURN_CHECK_SCHEDULE']);
  });

  it.each(['', ' ', 'nonsense', '{}', '\u{1f4a3}', '*', '%MISSING%', '0 0 25 * * *'])(
    'registers every function when every setting is "%s", the nightly check with a schedule that the host can read',
    async (value) => {
      const { functions } = await load(everySetting(value));
      expect(functions).toHaveLength(wanted);
      const nightly = functions.find(({ name }) => name === 'checkNightly');
      expect(Object.values(nightly?.bindings ?? {})[0]?.['schedule']).toBe('0 0 2 * * *');
    },
  );
});
