import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeIo } from '../support/fake-io.ts';
import { scan } from '../support/scan-file.ts';

const EXPORT = 'test/fixtures/exports/graph-list.json';

/** One application with secrets that end at these instants. */
function withEnds(...ends: (string | null)[]): string {
  const passwordCredentials = ends.map((endDateTime, index) => ({
    keyId: `key-${String(index)}`,
    displayName: `secret ${String(index)}`,
    startDateTime: '2020-01-01T00:00:00Z',
    endDateTime,
  }));
  return JSON.stringify({
    value: [{ id: 'o', appId: 'a', displayName: 'App', passwordCredentials, keyCredentials: [] }],
  });
}

async function exitOf(stdin: string, ...args: string[]): Promise<number> {
  return (await scan({ stdin }, args)).exit;
}

describe('exit codes', () => {
  it('is 0 without --fail-within, whatever has stopped', async () => {
    expect(await exitOf(withEnds('2026-12-01T00:00:00Z'))).toBe(0);
    expect(await exitOf(withEnds('2026-12-01T00:00:00Z'), '--expired-grace', '1')).toBe(0);
  });

  it('is 1 with --fail-within for what ends within it, to the second', async () => {
    expect(await exitOf(withEnds('2026-12-27T00:00:00Z'), '--fail-within', '7')).toBe(1);
    expect(await exitOf(withEnds('2026-12-27T00:00:01Z'), '--fail-within', '7')).toBe(0);
    expect(
      await exitOf(withEnds('2027-03-20T00:00:00Z'), '--fail-within', '90', '--within', '1'),
    ).toBe(1);
  });

  it('is 1 with --fail-within for what has stopped, unless longer ago than --expired-grace', async () => {
    const stopped = withEnds('2026-12-10T00:00:00Z');
    expect(await exitOf(stopped, '--fail-within', '0')).toBe(1);
    expect(await exitOf(stopped, '--fail-within', '0', '--expired-grace', '10')).toBe(1);
    expect(await exitOf(stopped, '--fail-within', '0', '--expired-grace', '9')).toBe(0);
    expect(
      await exitOf(withEnds('2026-12-20T00:00:00Z'), '--fail-within', '0', '--expired-grace', '0'),
    ).toBe(1);
  });

  it('does not fail for an unknown end, for "never", or for what looks after itself', async () => {
    const ends = withEnds(null, '1970-01-01T00:00:00Z', '2299-12-31T00:00:00Z');
    expect(await exitOf(ends, '--fail-within', '60')).toBe(0);
    const cwap = withEnds('2026-12-10T00:00:00Z', '2026-12-22T00:00:00Z').replaceAll(
      /secret \d/g,
      'CWAP_AuthSecret',
    );
    expect(await exitOf(cwap, '--fail-within', '60')).toBe(0);
  });

  it('is 2 when not everything was read, even when something fails', async () => {
    const cut = withEnds('2026-12-10T00:00:00Z').replace(
      '{"value"',
      '{"@odata.nextLink":"https://x","value"',
    );
    expect(await exitOf(cut, '--fail-within', '60')).toBe(2);
  });
});

describe('--format json', () => {
  it('has the members of the contract and no others', async () => {
    const { report } = await scan({ path: EXPORT }, [
      '--tenant',
      'contoso.example',
      '--as-of',
      '2026-12-20',
    ]);
    expect(Object.keys(report ?? {})).toEqual([
      'asOf',
      'tenantId',
      'complete',
      'counts',
      'findings',
      'skipped',
    ]);
    expect(report?.asOf).toBe('2026-12-20T00:00:00.000Z');
    expect(report?.tenantId).toBe('contoso.example');
    expect(Object.keys(report?.counts ?? {})).toEqual([
      'applications',
      'servicePrincipals',
      'credentials',
      'expired',
      'expiring',
      'ok',
      'notYetValid',
      'neverExpires',
      'unknownExpiry',
      'selfRenewing',
    ]);
    expect(Object.keys(report?.findings[0] ?? {})).toEqual([
      'id',
      'status',
      'daysLeft',
      'startsAt',
      'expiresAt',
      'type',
      'keyId',
      'name',
      'hint',
      'thumbprint',
      'holder',
      'supersededBy',
      'supersession',
      'selfRenewing',
      'likelyConsumers',
      'owners',
    ]);
  });

  it('lists what stopped, what has no known end and what ends within --within, by end with unknown last', async () => {
    const stdin = withEnds(
      null,
      '2027-06-01T00:00:00Z',
      '2027-01-01T00:00:00Z',
      '2025-01-01T00:00:00Z',
    );
    const names = async (...args: string[]) =>
      (await scan({ stdin }, args)).report?.findings.map(({ name }) => name);
    expect(await names()).toEqual(['secret 3', 'secret 2', 'secret 0']);
    expect(await names('--within', '0')).toEqual(['secret 3', 'secret 0']);
    expect(await names('--within', '365')).toEqual([
      'secret 3',
      'secret 2',
      'secret 1',
      'secret 0',
    ]);
    expect(await names('--all')).toEqual(['secret 3', 'secret 2', 'secret 1', 'secret 0']);
  });

  it('counts from --as-of, an instant or a date', async () => {
    const stdin = withEnds('2026-12-20T12:00:00Z');
    const status = async (asOf: string) =>
      (await scan({ stdin }, ['--all', '--as-of', asOf])).report?.findings[0]?.status;
    expect(await status('2026-12-20')).toBe('expiring');
    expect(await status('2026-12-20T12:00:00Z')).toBe('expired');
    expect(await status('2026-12-20T13:59:59+02:00')).toBe('expiring');
  });

  it('holds nothing that would act in a terminal', async () => {
    const name = '\u001b]0;x\u0007\u009b31m\u202eevil\u2028';
    const stdin = withEnds('2026-12-01T00:00:00Z').replace(
      'secret 0',
      JSON.stringify(name).slice(1, -1),
    );
    const { stdout, report } = await scan({ stdin });
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(report?.findings[0]?.name).toContain('evil');
  });

  it('keeps the result on standard output and progress on standard error', async () => {
    const { stdout, stderr } = await scan({ path: EXPORT });
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stderr).toBe(`Read ${EXPORT}: 2 items\n`);
  });
});

describe('several inputs', () => {
  it('takes --from more than once, and what a shell makes of --from *.json', async () => {
    const others = 'test/fixtures/exports/service-principals.json';
    for (const args of [['--from', others], [others]]) {
      const { report } = await scan({ path: EXPORT }, args);
      expect(report?.counts).toMatchObject({ applications: 2, servicePrincipals: 1 });
    }
  });
});

describe('whatever comes in', () => {
  it('is answered with 2 and without a stack trace when it is soup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const { exit, stdout, stderr } = await scan({ stdin: bytes });
        expect([exit, stdout]).toEqual([2, '']);
        expect(stderr).not.toMatch(/\bat .*:\d+:\d+|should not/);
      }),
      { numRuns: 300 },
    );
  });

  it('never breaks the command when it is nearly an export', async () => {
    const names =
      'id appId displayName passwordCredentials KeyCredentials value owners endDateTime EndDate keyId web tags ' +
      '@odata.nextLink @odata.count __proto__ ObjectId IsFromApplication deletedDateTime customKeyIdentifier ' +
      'responses body secretText AdditionalProperties';
    const member = fc.constantFrom(...names.split(' '));
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.constantFrom(null, '', true, 7, '9/8/2026', '2027-01-01T00:00:00Z', '/Date(1)/', 'x'),
        fc.array(tie('json'), { maxLength: 4 }),
        fc
          .array(fc.tuple(member, tie('json')), { maxLength: 6 })
          .map((pairs) => Object.fromEntries(pairs)),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(json, async (document) => {
        const { exit, stderr } = await scan({ stdin: JSON.stringify(document) }, ['--all']);
        expect([0, 2]).toContain(exit);
        expect(stderr).not.toMatch(/\bat .*:\d+:\d+|should not/);
      }),
      { numRuns: 500 },
    );
  });

  it('never breaks the command when it is nearly a report', async () => {
    const cell = fc.constantFrom(
      'App ID',
      'Secret End Date',
      'x',
      '"',
      '""',
      '9/8/2026',
      '27.9.2026',
      '',
      '=1+1',
    );
    const separator = fc.constantFrom(',', ';', '\t', '\n', '\r\n', '|');
    const soup = fc
      .array(fc.tuple(cell, separator), { maxLength: 40 })
      .map((parts) => parts.flat().join(''));
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        for (const format of ['table', 'csv', 'ics']) {
          const io = fakeIo({ stdin: text });
          expect([0, 2]).toContain(
            await runKeyturn(['scan', '--all', '--from', '-', '--format', format], io),
          );
          expect(io.stderr).not.toMatch(/\bat .*:\d+:\d+|should not/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
