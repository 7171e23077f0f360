import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedConnections } from '../../local/cloud/seed-connection-bodies.ts';
import { startInstallation, type Installation } from '../support/installation.ts';
import { everythingStored } from '../support/stored-everything.ts';

/** What docs/operate.md promises: what is copied can be put back, and what is removed is gone. */
let first: Installation;
const LISTS = ['connections', 'consumers', 'items', 'playbooks', 'tenants'] as const;
const OTHER_TENANT = '0a0b0c0d-1111-4222-8333-444455556666';
type Copies = Record<(typeof LISTS)[number], Record<string, unknown>[]>;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function send(
  installation: Installation,
  { method, path, body }: { method: string; path: string; body?: unknown },
  key: string | undefined = installation.keys?.admin,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${key ?? ''}` };
  const call = body === undefined ? { method, headers } : { method, headers, body };
  const answer = await installation.call(path, call);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

async function copiesOf(installation: Installation, key?: string): Promise<Copies> {
  const lists = await Promise.all(
    LISTS.map(async (what) => {
      const { body } = await send(installation, { method: 'GET', path: `/api/${what}` }, key);
      return [what, body[what]] as const;
    }),
  );
  return Object.fromEntries(lists) as Copies;
}

beforeAll(async () => {
  first = await startInstallation({});
  const item = { name: 'Price list', expiresAt: '2030-01-31', usedBy: ['Price Import'] };
  await send(first, { method: 'PUT', path: '/api/items/price-list', body: item });
  const markdown = '---\nsystems: Order Hub\n---\n\n1. Call **Erik**.\n';
  await send(first, { method: 'PUT', path: '/api/playbooks/order-hub', body: { markdown } });
  const tenant = { tenantId: OTHER_TENANT, displayName: 'Fabrikam' };
  await send(first, { method: 'POST', path: '/api/tenants', body: tenant });
});
afterAll(() => first?.stop());

describe('the copies of what only people know', () => {
  it('can be put back into an empty installation, entry by entry, as they are', async () => {
    const copies = await copiesOf(first);
    for (const what of LISTS) expect([what, copies[what].length > 0]).toEqual([what, true]);
    expect(JSON.stringify(copies)).not.toMatch(/clientSecret|refresh_?token|opens-nothing-else/i);

    const second = await startInstallation({ makeKeys: false });
    try {
      const made = await second.call('/api/keys', {
        method: 'POST',
        headers: { 'x-functions-key': second.masterKey },
        body: { role: 'admin', name: 'after-the-fire' },
      });
      const { key } = (await made.json()) as { key: string };
      for (const what of LISTS)
        for (const entry of copies[what]) {
          if (entry['from'] === 'setting') continue;
          const place =
            what === 'tenants'
              ? { method: 'POST', path: '/api/tenants' }
              : { method: 'PUT', path: `/api/${what}/${String(entry['id'])}` };
          const sent = { ...place, body: withSecret(what, entry) };
          expect([place, (await send(second, sent, key)).status]).toEqual([place, 201]);
        }
      const back = await copiesOf(second, key);
      expect(names(back)).toEqual(names(copies));
      // Nobody has signed in there yet, and what needs nobody gives tokens at once.
      const test = { method: 'POST', path: '/api/connections/bc-reporting/test' };
      expect((await send(second, test, key)).body).toMatchObject({ ok: true });
    } finally {
      await second.stop();
    }
  });
});

describe('when the container of sign-ins is lost', () => {
  it('asks for each sign-in anew, and goes on where nobody signs in', async () => {
    const blobs = BlobServiceClient.fromConnectionString(first.connectionString);
    const grants = blobs.getContainerClient('grants');
    for await (const { name } of grants.listBlobsFlat()) await grants.deleteBlob(name);
    // What a process remembers is good until it ends.
    for (const host of first.hosts) await host.restart();
    const token = (id: string) =>
      send(
        first,
        { method: 'GET', path: `/api/connections/${id}/token` },
        first.connectionKeys[id],
      );
    expect(await token('bc-production')).toMatchObject({
      status: 409,
      body: { code: 'sign_in_again' },
    });
    expect(await token('bc-reporting')).toMatchObject({ status: 200 });
  });
});

describe('deleting every connection', () => {
  it('leaves neither secret nor sign-in nor key of one, in vault, blobs and tables', async () => {
    const secrets = async () =>
      (await first.control<{ name: string }[]>('GET', 'vault')).map(({ name }) => name);
    expect((await secrets()).some((name) => name.startsWith('conn-bc-production-'))).toBe(true);
    for (const id of Object.keys(seedConnections)) {
      const removed = await send(first, { method: 'DELETE', path: `/api/connections/${id}` });
      expect([id, removed.status]).toEqual([id, 200]);
    }
    const headers = { 'x-functions-key': first.masterKey };
    await first.call('/admin/functions/keepAlive', { method: 'POST', headers });
    await first.settle();
    expect((await secrets()).filter((name) => name.startsWith('conn-'))).toEqual([]);
    const kept = await everythingStored(first.connectionString);
    const about = kept.filter(({ where }) =>
      /table (connections|connectionstates|retired|connectlinks)$|container grants/.test(where),
    );
    expect(about).toEqual([]);
    const keys = kept.filter(({ where }) => where === 'table keys').map(({ text }) => text);
    expect(keys.filter((text) => text.includes('bc-production'))).toEqual([]);
  });
});

function withSecret(what: string, entry: Record<string, unknown>): Record<string, unknown> {
  if (what !== 'connections') return entry;
  const seed = Object.entries(seedConnections).find(([id]) => id === entry['id'])?.[1];
  return { ...entry, clientSecret: seed?.clientSecret };
}

/** The part of each entry that somebody wrote. */
function names(copies: Copies): unknown {
  const members = ['id', 'displayName', 'consumers', 'owners', 'system', 'name', 'contact'];
  return LISTS.map((what) =>
    copies[what].map((entry) =>
      [...members, 'markdown', 'tenantId', 'recipients'].map((member) => entry[member]),
    ),
  );
}
