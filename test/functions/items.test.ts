import '../support/register-nothing.ts';
import { describe, expect, it } from 'vitest';
import { deleteItem } from '../../functions/delete-item.ts';
import { listItems } from '../../functions/list-items.ts';
import { putItem } from '../../functions/put-item.ts';
import { manualCredentialSource } from '../../shared/credentials/manual-credential-source.ts';
import { createManualItemStore } from '../../shared/credentials/manual-item-store.ts';
import { whoIsTold } from '../../shared/alerts/recipients.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { itemAnswer, itemsAnswer } from '../../shared/http/item-schemas.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { checksHouse, directoryOf, appWithSecret } from '../support/checks.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { callHandler } from '../support/http-call.ts';
import { signedIn } from '../support/signed-in.ts';

const SFTP = {
  name: 'Price list of Fabrikam',
  kind: 'SFTP password',
  expiresAt: '2026-12-05',
  owner: 'dagny@contoso.example',
  notify: ['data@contoso.example', 'data@contoso.example'],
  usedBy: ['SmartConnect Price Import'],
  steps: ['Ask Fabrikam for a new password.', 'Enter it in SmartConnect.'],
};

function api(role: 'admin' | 'reader' = 'admin') {
  const tables = memoryTables();
  const services = {
    ...signedIn(role),
    clock: fakeClock('2026-11-25T09:00:00Z'),
    items: createManualItemStore(tables.open),
  };
  const { http } = createHttp(async () => ({ ok: true as const, services }));
  const key = { 'x-keyturn-key': 'kt_x' };
  return {
    items: services.items,
    put: (id: string, body: unknown, headers: Record<string, string> = {}) =>
      callHandler(http(putItem, 'putItem'), {
        method: 'PUT',
        params: { id },
        headers: { ...key, ...headers },
        body,
      }),
    remove: (id: string, headers: Record<string, string> = {}) =>
      callHandler(http(deleteItem, 'deleteItem'), {
        method: 'DELETE',
        params: { id },
        headers: { ...key, ...headers },
      }),
    list: async () => callHandler(http(listItems, 'listItems'), { headers: key }),
  };
}

async function findingsOf(house: ReturnType<typeof checksHouse>, items: ReturnType<typeof api>) {
  const apps = directoryOf([appWithSecret('a1', '2029-01-01T00:00:00Z')]);
  house.directory.events = [...apps];
  for await (const event of manualCredentialSource(items.items).read())
    house.directory.events.push(event);
  const [run] = await house.night();
  const open = (await house.findings()).filter(({ closedAt }) => closedAt === null);
  return { run, open };
}

describe('the list of things with a date that an operator keeps', () => {
  it('takes an entry, shows it with its version, and lets nobody but an admin write', async () => {
    const { put, list } = api();
    const created = await put('fabrikam-sftp', SFTP);
    expect(created.status).toBe(201);
    expect(created.json()).toEqual({
      ...SFTP,
      id: 'fabrikam-sftp',
      startsAt: null,
      expiresAt: '2026-12-05T00:00:00.000Z',
      notify: ['data@contoso.example'],
      etag: created.headers.get('etag'),
    });
    expect(itemAnswer.safeParse(created.json()).success).toBe(true);
    const shown = (await list()).json();
    expect(itemsAnswer.parse(shown).items).toHaveLength(1);
    expect((await api('reader').put('x', SFTP)).status).toBe(403);
    expect((await api('reader').list()).status).toBe(200);
  });

  it('replaces an entry only for whoever names the version that they saw', async () => {
    const { put, list, remove } = api();
    const etag = (await put('a', SFTP)).headers.get('etag') ?? '';
    const next = { ...SFTP, expiresAt: '2027-12-05T12:00:00+01:00' };
    expect((await put('a', next)).status).toBe(428);
    expect((await put('a', next, { 'if-match': '"other"' })).status).toBe(412);
    expect((await put('a', next, { 'if-none-match': '*' })).status).toBe(412);
    const replaced = await put('a', next, { 'if-match': etag });
    expect([replaced.status, replaced.json()['expiresAt']]).toEqual([
      200,
      '2027-12-05T11:00:00.000Z',
    ]);
    expect((await remove('a', { 'if-match': etag })).status).toBe(412);
    const [shown] = itemsAnswer.parse((await list()).json()).items;
    expect(
      (await put('a', { ...shown, name: 'B' }, { 'if-match': shown?.etag ?? '' })).status,
    ).toBe(200);
    expect((await remove('a')).status).toBe(204);
    expect((await remove('a')).status).toBe(404);
  });

  it.each([
    ['/name', { name: '' }],
    ['/name', { name: 'two\nlines' }],
    ['/name', { name: 'a\u202Eb' }],
    ['/expiresAt', { expiresAt: 'soon' }],
    ['/expiresAt', { expiresAt: '2027-02-30' }],
    ['/expiresAt', { expiresAt: '2027-01-31T09:00:00' }],
    ['/expiresAt', { expiresAt: '9999-12-31' }],
    ['/startsAt', { startsAt: '2027-01-01' }],
    ['/owner', { owner: 'anna' }],
    ['/notify/0', { notify: ['a@contoso.example, b@contoso.example'] }],
    ['/steps/0', { steps: [''] }],
    ['', { password: 'hunter2' }],
  ])(
    'refuses %s, and says which member is wrong without quoting it: %j',
    async (pointer, change) => {
      const { put, list } = api();
      const refused = await put('a', { ...SFTP, ...change });
      expect(refused.status).toBe(400);
      expect(refused.json()).toMatchObject({ code: 'bad_request', errors: [{ pointer }] });
      expect(refused.text).not.toContain('hunter2');
      expect((await list()).json()).toEqual({ items: [] });
    },
  );

  it.each(['A', '../x', 'a_b', ''])('refuses the id %j', async (id) => {
    expect((await api().put(id, SFTP)).status).toBe(400);
  });
});

describe('an entry of that list, in the nightly check', () => {
  it('is a finding with its own steps, places and people', async () => {
    const house = checksHouse();
    const items = api();
    await items.put('fabrikam-sftp', SFTP);
    const { run, open } = await findingsOf(house, items);
    expect(run?.coverage['items']).toEqual({ read: 1, complete: true });
    expect(open).toMatchObject([
      {
        type: 'manual',
        name: 'Price list of Fabrikam (SFTP password)',
        stage: 14,
        holder: { type: 'manual', objectId: 'fabrikam-sftp', displayName: SFTP.name },
        steps: SFTP.steps,
        likelyConsumers: [{ system: 'SmartConnect Price Import' }],
      },
    ]);
    const [found] = open;
    const lists = { fallback: [], escalation: [], operations: [] };
    if (found?.stage === undefined || found.stage === null) throw new Error('not due');
    const { told } = whoIsTold({ ...found, stage: found.stage }, lists);
    expect(told.map(({ address, reason }) => [address, reason])).toEqual([
      ['dagny@contoso.example', 'namedOnItem'],
      ['data@contoso.example', 'namedOnItem'],
    ]);
  });

  it('is over when it has its next date, and starts anew with that', async () => {
    const house = checksHouse();
    const items = api();
    const etag = (await items.put('a', SFTP)).headers.get('etag') ?? '';
    const first = (await findingsOf(house, items)).open.map(({ id }) => id);
    await items.put('a', { ...SFTP, expiresAt: '2027-12-05' }, { 'if-match': etag });
    house.clock.advance(86_400_000);
    expect((await findingsOf(house, items)).open).toEqual([]);
    house.clock.set('2027-12-01T02:00:00Z');
    const next = (await findingsOf(house, items)).open;
    expect(next.map(({ stage }) => stage)).toEqual([7]);
    expect(next.map(({ id }) => id)).not.toEqual(first);
  });

  it('is over when it is taken off the list, the last one too', async () => {
    const house = checksHouse();
    const items = api();
    await items.put('a', SFTP);
    await findingsOf(house, items);
    await items.remove('a');
    house.clock.advance(86_400_000);
    const { run, open } = await findingsOf(house, items);
    expect(run).toMatchObject({ status: 'complete', reasons: [] });
    expect(open).toEqual([]);
  });
});
