import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../shared/version.ts';
import { startInstallation, type Installation } from '../support/installation.ts';
import { everythingStored } from '../support/stored-everything.ts';

/**
 * What this version leaves in storage, kept in test/fixtures/stored for every version that comes after it
 * (test/stored-rows.test.ts). `UPDATE_STORED=1` writes the file; that of a released version stays as it is.
 */
const FILE = `test/fixtures/stored/${VERSION}.json`;
const ROWS_OF_A_TABLE = 3;
const OTHER_TENANT = '0a0b0c0d-1111-4222-8333-444455556666';

let keyturn: Installation;

async function admin(method: string, path: string, body?: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${keyturn.keys?.admin ?? ''}` };
  const { status } = await keyturn.call(path, { method, headers, body });
  return status;
}

async function night(): Promise<void> {
  const headers = { 'x-functions-key': keyturn.masterKey };
  await keyturn.call('/admin/functions/checkNightly', { method: 'POST', headers });
  await keyturn.settle();
}

beforeAll(async () => {
  keyturn = await startInstallation({});
  const item = { name: 'Price list', expiresAt: '2030-01-31', usedBy: ['Price Import'] };
  const markdown = '---\nsystems: Order Hub\n---\n\n1. Call **Erik**.\n';
  expect(await admin('PUT', '/api/items/price-list', item)).toBe(201);
  expect(await admin('PUT', '/api/playbooks/order-hub', { markdown })).toBe(201);
  expect(await admin('PUT', '/api/alerts', { mode: 'live' })).toBe(200);
  expect(await admin('POST', '/api/alerts/test', { channel: 'mail' })).toBe(200);
  expect(await admin('POST', '/api/connections/bc-sandbox/connect-links', {})).toBe(201);
  expect(await admin('POST', '/api/connections/bc-sandbox/authorize', {})).toBe(200);
  expect(await admin('POST', '/api/tenants', { tenantId: OTHER_TENANT })).toBe(201);
  expect(await admin('POST', `/api/tenants/${OTHER_TENANT}/links`, {})).toBe(201);
  await night();
  await answerAMail();
  await keyturn.control('PUT', 'permissions', { monitor: [] });
  await night();
  await keyturn.call('/api/health');
});
afterAll(() => keyturn?.stop());

/** Somebody who was warned says what is asked of them, which is kept for good. */
async function answerAMail(): Promise<void> {
  const htmls = (await keyturn.mails()).map(({ html }) => html);
  const token = /\/act#([\w-]+)/.exec(htmls.join('\n'))?.[1];
  const body = { token, choice: 'askAdmin', because: 'I may not.' };
  const answer = await keyturn.call('/api/act', { method: 'POST', body });
  expect(answer.status).toBe(200);
}

/** The rows of each table as they lie there; of each shape one, so that the file stays small. */
async function rowsByTable(): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  const shapes = new Set<string>();
  for (const { where, text } of await everythingStored(keyturn.connectionString)) {
    const [, table] = /^table (\w+)$/.exec(where) ?? [];
    if (table === undefined) continue;
    const value: unknown = JSON.parse(jsonOf(JSON.parse(text)));
    const shape = `${table} ${shapeOf(value)}`;
    const rows = (tables[table] ??= []);
    if (shapes.has(shape) || rows.length === ROWS_OF_A_TABLE) continue;
    shapes.add(shape);
    rows.push(value);
  }
  return Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A record is JSON in the columns v0, v1, … (docs/storage.md). */
function jsonOf(entity: Record<string, unknown>): string {
  const columns = Object.keys(entity).filter((name) => /^v\d+$/.test(name));
  return columns
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .map((name) => String(entity[name]))
    .join('');
}

/** Names and kinds, without what is in them. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 1).map(shapeOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}:${shapeOf(member)}`)
    .join(',')}}`;
}

describe('what this version stores', () => {
  it('is kept for the versions to come: a row of every table that it writes', async () => {
    const rows = await rowsByTable();
    if (process.env['UPDATE_STORED'] === '1')
      writeFileSync(FILE, await format(JSON.stringify(rows), { parser: 'json', printWidth: 100 }));
    expect(existsSync(FILE)).toBe(true);
    const kept = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown[]>;
    expect(Object.keys(rows).filter((table) => kept[table] === undefined)).toEqual([]);
    expect(Object.keys(rows).length).toBeGreaterThan(20);
  });
});
