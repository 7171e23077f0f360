import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scan, type ScannedReport } from '../support/scan-file.ts';

const EXPORTS = 'test/fixtures/exports';

async function read(file: string): Promise<ScannedReport> {
  const { report, stderr } = await scan({ path: `${EXPORTS}/${file}` }, ['--all']);
  if (report === null) throw new Error(stderr);
  return report;
}

function ends({ findings }: ScannedReport): string[] {
  return findings.map(({ name, expiresAt }) => `${name} ${expiresAt ?? 'unknown'}`);
}

function application(index: number, more: Record<string, unknown> = {}) {
  const id = `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return {
    id,
    appId: id,
    displayName: `App ${String(index)}`,
    passwordCredentials: [],
    keyCredentials: [],
    ...more,
  };
}

describe('formats that are read', () => {
  it('reads a list answer of Microsoft Graph with owners and hints', async () => {
    const report = await read('graph-list.json');
    expect(report.complete).toBe(true);
    expect(report.counts).toMatchObject({ applications: 2, servicePrincipals: 0, credentials: 2 });
    expect(ends(report)).toEqual([
      'starts with Zz~ 2026-12-25T06:00:00.123Z',
      'prod 2027-01-31T00:00:00.000Z',
    ]);
    expect(report.findings[0]?.owners.map(({ address }) => address)).toEqual([
      'anna@contoso.example',
    ]);
  });

  it('reads az ad sp list, and folds a signing certificate into one', async () => {
    const report = await read('service-principals.json');
    expect(report.counts).toMatchObject({ applications: 0, servicePrincipals: 1, credentials: 1 });
    expect(report.findings[0]).toMatchObject({
      type: 'samlSigningCertificate',
      thumbprint: '0102030405060708090A0B0C0D0E0F1011121314',
    });
  });

  it('reads az ad app credential list, and says that its application is unknown', async () => {
    const report = await read('credential-list.json');
    expect(report.counts).toMatchObject({ applications: 0, credentials: 1 });
    expect(report.findings[0]?.holder).toEqual({
      type: 'unknown',
      objectId: null,
      appId: null,
      displayName: null,
    });
    expect(report.complete).toBe(false);
    expect(report.skipped[0]?.reason).toContain('az ad app credential list');
  });

  it('reads what PowerShell makes of one application: objects for lists, bytes, serial dates', async () => {
    const report = await read('get-mgapplication.json');
    expect(report.complete).toBe(true);
    expect(ends(report)).toEqual(['rbac 2027-01-01T00:00:00.000Z']);
    expect(report.findings[0]?.owners.map(({ address }) => address)).toEqual([
      'bert@contoso.example',
    ]);
  });

  it('reads Azure AD Graph, and never shows the value that it kept', async () => {
    const { report, stdout, stderr } = await scan({ path: `${EXPORTS}/aad-graph-list.json` }, [
      '--all',
    ]);
    expect(report?.counts).toMatchObject({ applications: 1, servicePrincipals: 1, credentials: 1 });
    expect(report?.findings[0]).toMatchObject({
      name: 'rbac',
      expiresAt: '2026-12-31T23:00:00.965Z',
    });
    expect(stdout + stderr).not.toContain('NOT-TO-BE-SHOWN');
  });

  it('reads a manifest of the portal', async () => {
    const report = await read('manifest.json');
    expect(report.findings[0]?.holder.displayName).toBe('From the portal');
    expect(ends(report)).toEqual(['portal secret 2027-01-08T10:11:12.500Z']);
  });

  it('reads one JSON object per line, and skips a broken line', async () => {
    const report = await read('applications.ndjson');
    expect(report.counts).toMatchObject({ applications: 2, credentials: 1 });
    expect(report.skipped).toEqual([
      { where: `${EXPORTS}/applications.ndjson, line 2`, reason: 'it is not a JSON object' },
    ]);
  });

  it('reads a report with the month first, two kinds of credential, and joined owners', async () => {
    const report = await read('report-en-us.csv');
    expect(report.complete).toBe(true);
    expect(report.counts).toMatchObject({ applications: 2, credentials: 2 });
    expect(ends(report)).toEqual([
      'CN=sync 2026-12-24T00:00:00.000Z',
      'sync 2027-01-05T14:03:44.000Z',
    ]);
    expect(report.findings.map(({ type }) => type)).toEqual(['certificate', 'clientSecret']);
    expect(report.findings[0]?.owners.map(({ address }) => address)).toEqual([
      'anna@contoso.example',
      'bert@contoso.example',
    ]);
  });

  it('reads a report with semicolons and days first', async () => {
    const report = await read('report-de.csv');
    expect(report.findings.map(({ type, expiresAt }) => [type, expiresAt])).toEqual([
      ['certificate', '2026-12-31T00:00:00.000Z'],
      ['clientSecret', '2027-01-09T13:06:20.000Z'],
    ]);
    expect(report.findings[0]?.holder.displayName).toBe('Käserei');
  });

  it('reads the CSV that it writes itself', async () => {
    const { fakeIo } = await import('../support/fake-io.ts');
    const { runKeyturn } = await import('../../cli/run.ts');
    const io = fakeIo();
    await runKeyturn(['scan', '--from', `${EXPORTS}/graph-list.json`, '--format', 'csv'], io);
    const { report } = await scan({ stdin: io.stdout }, ['--all']);
    expect(report?.complete).toBe(true);
    expect(report?.findings.map(({ keyId, expiresAt, hint }) => [keyId, expiresAt, hint])).toEqual([
      ['cccccccc-0000-4000-8000-000000000002', '2026-12-25T06:00:00.123Z', 'Zz~'],
      ['cccccccc-0000-4000-8000-000000000001', '2027-01-31T00:00:00.000Z', 'Ab3'],
    ]);
  });
});

describe('dates that a report does not prove', () => {
  it('skips 9/8/2026 with the reason, and reads 1/1/2027, which is the same both ways', async () => {
    const report = await read('report-unproven.csv');
    expect(report.complete).toBe(false);
    expect(ends(report)).toEqual(['two 2027-01-01T08:00:00.000Z']);
    expect(report.skipped).toEqual([
      {
        where: `${EXPORTS}/report-unproven.csv, row 2, Expires on`,
        reason: expect.stringContaining('can be 9 August or 8 September') as string,
      },
    ]);
  });

  it('does the same for JSON that a script wrote in the words of its country', async () => {
    const secret = (endDateTime: string) => ({ keyId: endDateTime, endDateTime });
    const one = application(1, { passwordCredentials: [secret('9/8/2026 10:00:00 AM')] });
    const proof = application(2, { passwordCredentials: [secret('9/28/2026 10:00:00 AM')] });
    const unproven = await scan({ stdin: JSON.stringify([one]) }, ['--all']);
    expect(unproven.report?.findings).toEqual([]);
    expect(unproven.report?.skipped).toHaveLength(1);
    const proven = await scan({ stdin: JSON.stringify([one, proof]) }, ['--all']);
    expect(proven.report?.complete).toBe(true);
    expect(proven.report?.findings[0]?.expiresAt).toBe('2026-09-08T10:00:00.000Z');
  });
});

describe('"not read" is never "none"', () => {
  it.each([
    [
      'a nextLink left over',
      { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/x', value: [application(1)] },
    ],
    ['a count that is not met', { '@odata.count': 1396, value: [application(1)] }],
    ['100 items, where az stops', Array.from({ length: 100 }, (_, index) => application(index))],
    ['no credential lists', { value: [{ id: '1', appId: '2', displayName: 'x' }] }],
    ['only one of the two lists', [{ id: '1', appId: '2', passwordCredentials: [] }]],
    ['an item that is no object', [application(1), 'oops']],
    ['a credential that is no object', [application(1, { passwordCredentials: ['oops'] })]],
    [
      'lists that the PowerShell SDK did not ask for',
      {
        Id: '1',
        AppId: '2',
        PasswordCredentials: null,
        KeyCredentials: null,
        AdditionalProperties: {},
      },
    ],
  ])('%s', async (_, json) => {
    const { report, exit } = await scan({ stdin: JSON.stringify(json) });
    expect(exit).toBe(2);
    expect(report?.complete).toBe(false);
    expect(report?.skipped.length).toBeGreaterThan(0);
  });

  it.each([
    ['an empty list', { value: [] }],
    ['an empty array', []],
    ['99 or 101 items', Array.from({ length: 101 }, (_, index) => application(index))],
    [
      '100 items that Graph says are all',
      { '@odata.count': 100, value: Array.from({ length: 100 }, (_, index) => application(index)) },
    ],
    [
      'null where a report has null for none',
      [{ ObjectId: '1', AppId: '2', KeyCredentials: null, PasswordCredentials: null }],
    ],
    [
      'pages one behind the other',
      [
        { '@odata.nextLink': 'https://x', '@odata.count': 2, value: [application(1)] },
        { value: [application(2)] },
      ],
    ],
  ])('%s is complete', async (_, json) => {
    const { report, exit } = await scan({ stdin: JSON.stringify(json) });
    expect(report?.skipped).toEqual([]);
    expect(exit).toBe(0);
  });

  it('leaves out what is in the recycle bin, and does not count it', async () => {
    const deleted = {
      id: '1',
      appId: '2',
      displayName: 'gone',
      deletedDateTime: '2026-06-05T17:54:57Z',
    };
    const { report, stderr } = await scan({ stdin: JSON.stringify({ value: [deleted] }) });
    expect(report?.counts['applications']).toBe(0);
    expect(stderr).toContain('1 in the recycle bin left out');
  });
});

describe('what is no export', () => {
  it.each([
    ['get-mgapplication-shallow.json', /-Depth 5/],
    ['report-without-dates.csv', /without an end-date column/],
    ['table.txt', /a table made for reading/],
    ['format-list.txt', /a list made for reading/],
    ['fragment.txt', /braces/],
    ['error-answer.json', /Authorization_RequestDenied/],
    ['people.json', /people or groups/],
  ])('%s is refused with what it looks like and what is accepted', async (file, looks) => {
    const { exit, stdout, stderr } = await scan({ path: `${EXPORTS}/${file}` });
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(looks);
    expect(stderr).toContain('Accepted are');
  });

  it.each([
    ['893', /a plain number/],
    ['', /an empty file/],
    ['<html><body>Sign in</body></html>', /a web page/],
    ['<Objs Version="1.1.0.1">', /XML/],
    ['{"value":[{"id":"1",', /cut off or damaged/],
    ['- appId: x\n  id: y\n', /YAML/],
    ['Dear all here is the list.', /not JSON and not CSV/],
    ['In the end, we read no date', /names neither applications nor their secrets/],
    ['[1,2,3]', /without any object/],
    ['{"hello":"world"}', /nothing in it looks like an application/],
    [Buffer.from('PK\u0003\u0004\0\0'), /Excel workbook/],
  ])('%j is refused', async (stdin, looks) => {
    const { exit, stdout, stderr } = await scan({ stdin });
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(looks);
  });

  it('never shows the value of a new secret, whatever the format', async () => {
    const { fakeIo } = await import('../support/fake-io.ts');
    const { runKeyturn } = await import('../../cli/run.ts');
    for (const format of ['table', 'json', 'csv', 'markdown', 'html', 'ics']) {
      const io = fakeIo();
      const args = ['scan', '--all', '--from', `${EXPORTS}/add-password.json`, '--format', format];
      expect(await runKeyturn(args, io)).toBe(2);
      expect(io.stdout + io.stderr).toContain('addPassword');
      expect(io.stdout + io.stderr).not.toContain('NOT-TO-BE-SHOWN');
    }
  });
});

describe('folders', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads everything below a folder, counts an application once, and says what is no export', async () => {
    await mkdir(join(folder, 'more'));
    await writeFile(join(folder, 'a.json'), JSON.stringify([application(1), application(2)]));
    await writeFile(
      join(folder, 'more', 'b.json'),
      JSON.stringify({ value: [application(2), application(3)] }),
    );
    await writeFile(join(folder, 'notes.txt'), 'remember the milk');
    await writeFile(join(folder, '.hidden.json'), 'not even looked at');
    await writeFile(join(folder, 'picture.png'), 'neither');
    const { report, exit } = await scan({ path: folder });
    expect(report?.counts['applications']).toBe(3);
    expect(report?.skipped.map(({ where }) => where)).toEqual([join(folder, 'notes.txt')]);
    expect(exit).toBe(2);
  });

  it('takes pages that were saved as page-1, page-2 … for one list', async () => {
    const next = {
      '@odata.nextLink': 'https://graph.microsoft.com/v1.0/applications?$skiptoken=x',
    };
    await writeFile(
      join(folder, 'page-1.json'),
      JSON.stringify({ ...next, value: [application(1)] }),
    );
    await writeFile(join(folder, 'page-2.json'), JSON.stringify({ value: [application(2)] }));
    expect((await scan({ path: folder })).exit).toBe(0);
    await rm(join(folder, 'page-2.json'));
    expect((await scan({ path: folder })).exit).toBe(2);
  });

  it('says so when there is nothing to read', async () => {
    const { exit, stderr } = await scan({ path: folder });
    expect(exit).toBe(2);
    expect(stderr).toContain('the folder holds no .json');
    expect((await scan({ path: join(folder, 'missing.json') })).stderr).toContain(
      'no such file or folder',
    );
  });
});
