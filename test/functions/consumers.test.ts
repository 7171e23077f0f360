import '../support/register-nothing.ts';
import { describe, expect, it } from 'vitest';
import { deleteConsumer } from '../../functions/delete-consumer.ts';
import { listConsumers } from '../../functions/list-consumers.ts';
import { putConsumer } from '../../functions/put-consumer.ts';
import { createConsumerStore } from '../../shared/connections/consumer-store.ts';
import * as schemas from '../../shared/http/consumer-schemas.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { APP, TENANT } from '../support/consumers.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { callHandler } from '../support/http-call.ts';
import { signedIn } from '../support/signed-in.ts';

const KEY = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';
const BC_PROD = {
  appId: APP,
  system: 'SmartConnect',
  name: 'BC Prod',
  contact: 'erp@contoso.example',
};

function api() {
  const services = {
    ...signedIn(),
    settings: { access: { keys: true, audience: null }, homeTenantId: TENANT } as never,
    clock: fakeClock('2026-11-25T09:00:00Z'),
    consumers: createConsumerStore(memoryTables().open),
  };
  const { http } = createHttp(async () => ({ ok: true as const, services }));
  const key = { 'x-keyturn-key': 'kt_x' };
  return {
    put: (id: string, body: unknown, headers: Record<string, string> = {}) =>
      callHandler(http(putConsumer, 'putConsumer'), {
        method: 'PUT',
        params: { id },
        headers: { ...key, ...headers },
        body,
      }),
    remove: (id: string, headers: Record<string, string> = {}) =>
      callHandler(http(deleteConsumer, 'deleteConsumer'), {
        method: 'DELETE',
        params: { id },
        headers: { ...key, ...headers },
      }),
    list: async (query = '') => {
      const path = `/api/consumers${query}`;
      return callHandler(http(listConsumers, 'listConsumers'), { path, headers: key });
    },
  };
}

describe('PUT /api/consumers/{id}', () => {
  it('records a place of the home tenant, and answers its version', async () => {
    const { put, list } = api();
    const made = await put('bc-prod', { ...BC_PROD, keyId: KEY.toUpperCase() });
    expect(made.status).toBe(201);
    const answer = schemas.consumerAnswer.parse(made.json());
    expect(answer).toMatchObject({ id: 'bc-prod', tenantId: TENANT, keyId: KEY, enteredAt: null });
    expect(made.headers.get('etag')).toBe(answer.etag);
    expect(answer.etag).toMatch(/^"[\w-]{22}"$/);
    expect(made.logs[0]).toContain('a consumer is being recorded');
    const listed = schemas.consumersAnswer.parse((await list()).json());
    expect(listed.consumers).toEqual([answer]);
  });

  it('takes back what it answered, and replaces only the version that was read', async () => {
    const { put } = api();
    const first = (await put('bc-prod', BC_PROD)).json();
    const again = await put(
      'bc-prod',
      { ...first, enteredAt: '2026-11-25T10:00:00+01:00' },
      { 'if-match': String(first['etag']) },
    );
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ enteredAt: '2026-11-25T09:00:00.000Z' });
    const stale = await put('bc-prod', BC_PROD, { 'if-match': String(first['etag']) });
    expect(stale.json()).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect((await put('bc-prod', BC_PROD, { 'if-match': '*' })).status).toBe(200);
  });

  it.each([
    ['a record that exists, without a version', {}, 428, 'precondition_required'],
    ['a record that exists, as new', { 'if-none-match': '*' }, 412, 'precondition_failed'],
    ['a version that is not there', { 'if-match': '"x", W/"y"' }, 412, 'precondition_failed'],
  ])('refuses %s', async (_, headers, status, code) => {
    const { put } = api();
    await put('bc-prod', BC_PROD, { 'if-none-match': '*' });
    const answer = await put('bc-prod', { ...BC_PROD, name: 'x' }, headers);
    expect(answer.json()).toMatchObject({ status, code });
  });

  it('refuses a version of what does not exist', async () => {
    const { put } = api();
    expect((await put('bc-prod', BC_PROD, { 'if-match': '*' })).status).toBe(412);
  });

  it.each([
    ['no application', { appId: undefined }, '/appId'],
    ['an application that is no id', { appId: 'BC' }, '/appId'],
    ['an empty system', { system: ' ' }, '/system'],
    ['two lines', { name: 'BC\nProd' }, '/name'],
    ['a text that turns around', { name: '\u202Edorp' }, '/name'],
    ['a contact that is no address', { contact: 'ERP team' }, '/contact'],
    ['a secret and an instant', { keyId: KEY, enteredAt: '2026-11-01T00:00:00Z' }, '/enteredAt'],
    ['an instant that is none', { enteredAt: 'yesterday' }, '/enteredAt'],
    ['an instant in the future', { enteredAt: '2026-11-26T00:00:00Z' }, '/enteredAt'],
    ['who confirmed, and not when', { confirmedBy: 'erp' }, '/confirmedBy'],
  ])('points at %s', async (_, wrong, pointer) => {
    const { put } = api();
    const answer = await put('bc-prod', { ...BC_PROD, ...wrong });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it('refuses members that it does not know', async () => {
    const { put } = api();
    expect((await put('bc-prod', { ...BC_PROD, secret: 'x' })).status).toBe(400);
  });

  it.each(['', '-a', 'a/b', 'a b', 'x'.repeat(81)])('refuses the id %j', async (id) => {
    expect((await api().put(id, BC_PROD)).status).toBe(400);
  });

  it('notes who confirmed where the body does not say', async () => {
    const { put } = api();
    const answer = await put('bc-prod', { ...BC_PROD, confirmedAt: '2026-11-25T08:00:00Z' });
    expect(answer.json()).toMatchObject({ confirmedBy: 'key:ops' });
  });
});

describe('GET /api/consumers', () => {
  it('answers those of a tenant or an application', async () => {
    const { put, list } = api();
    await put('a', BC_PROD);
    await put('b', { ...BC_PROD, tenantId: OTHER_TENANT });
    const idsOf = async (query: string) =>
      schemas.consumersAnswer.parse((await list(query)).json()).consumers.map(({ id }) => id);
    expect(await idsOf(`?appId=${APP.toUpperCase()}`)).toEqual(['a', 'b']);
    expect(await idsOf(`?appId=${APP}&tenantId=${OTHER_TENANT}`)).toEqual(['b']);
    expect((await list('?appId=x')).status).toBe(400);
  });
});

describe('DELETE /api/consumers/{id}', () => {
  it('forgets a place once', async () => {
    const { put, remove, list } = api();
    const { etag } = (await put('a', BC_PROD)).json();
    expect((await remove('a', { 'if-match': '"other"' })).status).toBe(412);
    expect((await remove('a', { 'if-match': String(etag) })).status).toBe(204);
    expect((await remove('a')).status).toBe(404);
    expect((await remove('a/b')).status).toBe(404);
    expect((await list()).json()).toEqual({ consumers: [] });
  });
});
