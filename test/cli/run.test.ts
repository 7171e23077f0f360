import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { VERSION } from '../../shared/version.ts';
import { fakeIo } from '../support/fake-io.ts';

const EXPORT = 'test/fixtures/exports/graph-list.json';

async function run(args: string[]) {
  const io = fakeIo();
  const exit = await runKeyturn(args, io);
  return { exit, stdout: io.stdout, stderr: io.stderr };
}

describe('keyturn', () => {
  it('lists its commands for --help, and prints the same as an error when nothing was asked', async () => {
    const help = await run(['--help']);
    expect(help.exit).toBe(0);
    expect(help.stdout).toMatch(/scan.*\n.*explain/);
    const nothing = await run([]);
    expect(nothing).toEqual({ exit: 2, stdout: '', stderr: help.stdout });
  });

  it('says its version', async () => {
    expect(await run(['--version'])).toEqual({ exit: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('shows the options of a command', async () => {
    for (const args of [
      ['scan', '--help'],
      ['scan', '-h'],
      ['help', 'scan'],
    ]) {
      const { exit, stdout } = await run(args);
      expect(exit).toBe(0);
      expect(stdout).toContain('--fail-within DAYS');
    }
    expect((await run(['explain', '--help'])).exit).toBe(0);
  });

  it('suggests the command that was probably meant', async () => {
    const { exit, stderr } = await run(['scna']);
    expect(exit).toBe(2);
    expect(stderr).toContain('Did you mean "scan"?');
  });

  it.each([
    [['--fromat', 'json'], /no option --fromat\. Did you mean --format\?/],
    [['--from', EXPORT, '--formt=json'], /Did you mean --format\?/],
    [['--from'], /--from <value>' argument missing/],
    [['--format', 'jsn', '--from', EXPORT], /Did you mean json\?/],
    [[EXPORT], /keyturn scan --from test/],
    [['--within', 'soon', '--from', EXPORT], /--within takes a number of days/],
    [['--within=-1', '--from', EXPORT], /--within takes a number of days/],
    [['--fail-within', '1e9', '--from', EXPORT], /--fail-within takes a number of days/],
    [['--as-of', '2026-02-30', '--from', EXPORT], /--as-of takes a date/],
    [['--as-of', '2026-12-01T10:00:00', '--from', EXPORT], /an instant with its zone/],
    [['--as-of', 'tomorrow', '--from', EXPORT], /--as-of takes a date/],
    [['--tenant', 'common', '--from', EXPORT], /--tenant takes a tenant id/],
    [['--tenant', '../x', '--from', EXPORT], /--tenant takes a tenant id/],
    [['--all=yes', '--from', EXPORT], /--all/],
  ])('scan %j ends with 2 and says what is wrong', async (args, says) => {
    const { exit, stdout, stderr } = await run(['scan', ...args]);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it('takes an option that follows a hostile name for what it is: text without escapes', async () => {
    const { stderr } = await run(['\u001b[31mscan\u202e']);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\u202e');
  });

  it('never shows a stack trace, even for a fault of its own', async () => {
    const io = fakeIo();
    io.now = () => new Date(Number.NaN);
    expect(await runKeyturn(['scan', '--from', EXPORT], io)).toBe(2);
    expect(io.stderr).toContain('something went wrong that should not');
    expect(io.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });
});
