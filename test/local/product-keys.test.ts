import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localKeys } from '../../local/product-keys.ts';

let asked: { role: string; name: string; key: string | undefined }[] = [];
let status = 201;
/** Names of keys that the storage has. */
const taken = new Set<string>();
let dataDirectory: string;
const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { role, name } = JSON.parse(await text(request)) as { role: string; name: string };
  asked.push({ role, name, key: request.headers['x-functions-key']?.toString() });
  response.writeHead(taken.has(name) ? 409 : status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ name, key: `kt_${role}`, expiresAt: '2026-06-01T00:00:00Z' }));
}

beforeEach(async () => {
  asked = [];
  status = 201;
  taken.clear();
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'keyturn-keys-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dataDirectory, { recursive: true });
});

function keys(now: string, kept: string | null = dataDirectory) {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return localKeys({ url, masterKey: 'm', now: () => new Date(now), dataDirectory: kept });
}

it('makes one key per role over the product’s own route with the master key', async () => {
  expect(await keys('2026-05-01', null)).toEqual({ admin: 'kt_admin', reader: 'kt_reader' });
  expect(asked).toEqual([
    { role: 'admin', name: 'local-admin', key: 'm' },
    { role: 'reader', name: 'local-reader', key: 'm' },
  ]);
});

it('keeps keys in the data folder until they have expired', async () => {
  await keys('2026-05-01');
  await keys('2026-05-31');
  expect(asked).toHaveLength(2);
  expect(await readFile(path.join(dataDirectory, 'keys.json'), 'utf8')).toContain('kt_admin');
  await keys('2026-06-02');
  expect(asked).toHaveLength(4);
});

it('says what the product answered when it gives no key', async () => {
  status = 503;
  await expect(keys('2026-05-01')).rejects.toThrow('POST /api/keys answered 503');
});

it('takes the next free name where the file of keys was lost and the storage was not', async () => {
  taken.add('local-admin').add('local-reader').add('local-reader-2');
  expect(await keys('2026-05-01')).toEqual({ admin: 'kt_admin', reader: 'kt_reader' });
  expect(asked.map(({ name }) => name)).toEqual([
    'local-admin',
    'local-admin-2',
    'local-reader',
    'local-reader-2',
    'local-reader-3',
  ]);
});
