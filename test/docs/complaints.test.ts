import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  COMPLAINTS,
  complaintsPage,
  complaintTests,
  WITHOUT_TEST,
  type ComplaintTest,
} from '../support/complaints.ts';

const PAGE = 'docs/complaints.md';
let tests: ComplaintTest[];

beforeAll(async () => {
  tests = await complaintTests();
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, complaintsPage(tests));
});

describe('the complaints of other monitors’ users', () => {
  it('have a test each, or a reason why not', () => {
    const covered = new Set(tests.map(({ row }) => String(row)));
    const open = Object.keys(COMPLAINTS).filter(
      (row) => !covered.has(row) && WITHOUT_TEST[Number(row)] === undefined,
    );
    expect(open).toEqual([]);
  });

  it('are known: no test is named after a row that is not one', () => {
    const unknown = tests.filter(({ row }) => COMPLAINTS[row] === undefined);
    expect(unknown).toEqual([]);
  });

  it('stand in the docs with tests that exist', async () => {
    const page = await readFile(PAGE, 'utf8');
    for (const number of Object.keys(COMPLAINTS))
      expect(page).toMatch(new RegExp(`^\\| ${number} +\\|`, 'm'));
    const known = new Set(
      complaintsPage(tests)
        .match(/`test\/[^`]+`: [^<|]+/g)
        ?.map((one) => one.trim()),
    );
    const named = page.match(/`test\/[^`]+`: [^<|]+/g)?.map((one) => one.trim()) ?? [];
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  });
});
