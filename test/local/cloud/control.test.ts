import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { testCloud } from '../../support/local-cloud.ts';

const json = { 'content-type': 'application/json' };

describe('the controls of the local cloud', () => {
  it('shows the keys of the installation', async () => {
    expect(await testCloud().control('GET', 'keys')).toEqual({
      admin: 'kt_admin_local_x',
      reader: 'kt_reader_local_x',
      connections: {},
    });
  });

  it('names the member that is wrong in a tenant', async () => {
    const cloud = testCloud();
    const wrong: [unknown, string][] = [
      [{ applications: [{ id: 'a' }, { id: 'b', owners: 'anna' }] }, 'applications[1].owners'],
      [{ applications: [{ id: 'a' }, { id: 'A' }] }, 'applications[1].id'],
      [{ paging: { size: 0 } }, 'paging.size'],
      [{ generate: { applications: -1 } }, 'generate.applications'],
      [{ applications: [], generate: { applications: 1 } }, 'generate'],
    ];
    for (const [body, member] of wrong) {
      const answer = await cloud.control('PUT', 'tenant', body);
      expect(answer).toMatchObject({ errors: [{ member }] });
      expect(answer['error']).toMatch(new RegExp(`^${member.replace(/[[\].]/g, '\\$&')}: `));
    }
    expect(await cloud.control('PUT', 'tenant', { apps: [] })).toMatchObject({
      error: expect.stringContaining('apps') as string,
    });
  });

  it('replaces a directory whole, and adds one for another tenant beside it', async () => {
    const cloud = testCloud();
    expect(await cloud.control('PUT', 'tenant', { applications: [{ id: 'a' }] })).toEqual({
      tenantId: installation.tenantId,
      applications: 1,
      servicePrincipals: 0,
      users: 0,
    });
    const tenantId = '11111111-2222-3333-4444-555555555555';
    await cloud.control('PUT', 'tenant', { tenantId, applications: [] });
    expect(cloud.world.directories.size).toBe(2);
    expect(await (await cloud.graph('/applications?$select=id')).json()).toMatchObject({
      value: [{ id: 'a' }],
    });
  });

  it('completes applications with ids, and hides the values of their secrets', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', {
      applications: [{ displayName: 'A', passwordCredentials: [{ secretText: 'Ab3-secret' }] }],
    });
    const text = await (await cloud.graph('/applications')).text();
    expect(text).not.toContain('Ab3-secret');
    const { value } = JSON.parse(text) as { value: Record<string, unknown>[] };
    expect(value[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      appId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      passwordCredentials: [{ hint: 'Ab3', endDateTime: null, secretText: null }],
      keyCredentials: [],
    });
  });

  it('plays lists that were not read and dates that make no sense as they are given', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', {
      applications: [
        { id: 'a', passwordCredentials: null, keyCredentials: [{ endDateTime: 'soon' }] },
      ],
    });
    const answer = await cloud.graph('/applications/a?$select=passwordCredentials,keyCredentials');
    expect(await answer.json()).toMatchObject({
      passwordCredentials: null,
      keyCredentials: [{ endDateTime: 'soon' }],
    });
  });

  it('turns the clock through its control, and hands on what is wrong with the time', async () => {
    const moves: string[] = [];
    const cloud = testCloud({
      clockControl: {
        set: async (iso) => void moves.push(iso),
        advance: async (duration) => {
          if (duration === 'soon') throw new RangeError('"soon" is not a duration');
          moves.push(duration);
        },
      },
    });
    await cloud.control('POST', 'clock', { now: '2027-01-01T00:00:00Z' });
    expect(await cloud.control('POST', 'clock', { advance: 'PT24H' })).toEqual({
      now: '2026-11-25T08:00:00.000Z',
    });
    expect(moves).toEqual(['2027-01-01T00:00:00Z', 'PT24H']);
    expect(await cloud.control('POST', 'clock', { advance: 'soon' })).toEqual({
      error: '"soon" is not a duration',
    });
    const neither = await cloud.call('/_control/clock', {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    expect(neither.status).toBe(400);
  });

  it('masks what a token request proves itself with, and tells one from another', async () => {
    const cloud = testCloud();
    const ask = async (secret: string) =>
      cloud.call('/login.microsoftonline.com/contoso.example/oauth2/v2.0/token', {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: secret }),
      });
    for (const secret of ['a-secret', 'b-secret', 'a-secret']) await ask(secret);
    const entries = (await cloud.json('/_control/requests')) as unknown as { body: string }[];
    const [first, second, third] = entries.map(({ body }) => body);
    expect(first).toMatch(/^grant_type=refresh_token&refresh_token=\(masked:[0-9a-f]{8}\)$/);
    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });

  it('writes down what was sent by its real address, the token shortened', async () => {
    const cloud = testCloud();
    await cloud.graph('/applications?$top=5');
    await cloud.call('/hooks.contoso.example/keyturn', { method: 'POST', body: 'plain' });
    const log = (await cloud.control('GET', 'requests?host=graph.microsoft.com')) as unknown;
    expect(log).toMatchObject([
      {
        at: '2026-11-25T08:00:00.000Z',
        method: 'GET',
        url: 'https://graph.microsoft.com/v1.0/applications?$top=5',
        headers: {
          authorization: expect.stringMatching(/^Bearer eyJ.… \(\d+ characters\)$/) as string,
        },
        body: null,
      },
    ]);
    expect(await cloud.control('GET', 'requests')).toHaveLength(2);
    expect(await cloud.control('DELETE', 'requests')).toEqual({ removed: 2 });
    expect(await cloud.control('GET', 'requests')).toEqual([]);
  });
});

describe('faults', () => {
  it('answer as many calls as told with exactly what was told, before anything else looks', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'faults', {
      host: 'graph.microsoft.com',
      method: 'GET',
      path: '^/v1\\.0/applications\\?',
      times: 2,
      status: 503,
      headers: { 'Retry-After': '1' },
      body: '{"error":{"code":"serviceNotAvailable"}}',
    });
    const path = '/graph.microsoft.com/v1.0/applications?$select=id';
    for (let call = 0; call < 2; call += 1) {
      const answer = await cloud.call(path);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toEqual({ error: { code: 'serviceNotAvailable' } });
    }
    expect((await cloud.call(path)).status).toBe(401);
    expect(await cloud.control('GET', 'requests')).toHaveLength(3);
  });

  it('without a number answer until they are deleted', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'faults', {
      host: 'graph.microsoft.com',
      path: 'skiptoken',
      status: 500,
    });
    const path = '/applications?$top=5';
    const first = (await (await cloud.graph(path)).json()) as Record<string, string>;
    const second = String(first['@odata.nextLink']).split('/v1.0')[1] ?? '';
    for (let call = 0; call < 5; call += 1) expect((await cloud.graph(second)).status).toBe(500);
    expect(await cloud.control('DELETE', 'faults')).toEqual({ removed: 1 });
    expect((await cloud.graph(second)).status).toBe(200);
  });

  it('send text as text, delay without answering, and keep to their host', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'faults', { host: 'login.microsoftonline.com', status: 502 });
    await cloud.control('POST', 'faults', { host: 'graph.microsoft.com', delayMs: 1, times: 1 });
    expect((await cloud.graph('/applications?$top=1')).status).toBe(200);
    await cloud.control('POST', 'faults', { host: 'graph.microsoft.com', body: 'Bad gateway' });
    const answer = await cloud.graph('/applications');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'Bad gateway',
    ]);
  });

  it('drop the connection where they are told to', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'faults', { host: 'graph.microsoft.com', drop: true });
    let destroyed = 0;
    const request = new Request('http://localhost:7072/graph.microsoft.com/v1.0/users');
    await cloud.fetch(request, { outgoing: { destroy: () => (destroyed += 1) } });
    expect(destroyed).toBe(1);
    await expect((await cloud.graph('/users')).text()).rejects.toThrow('dropped');
  });

  it('are refused with the member that is wrong', async () => {
    const cloud = testCloud();
    expect(await cloud.control('POST', 'faults', { host: 'x', path: '(' })).toMatchObject({
      error: 'path: is not a regular expression',
    });
    expect(await cloud.control('POST', 'faults', { host: 'x', stauts: 500 })).toMatchObject({
      error: expect.stringContaining('stauts') as string,
    });
  });
});

describe('who may call the cloud port', () => {
  it('only this machine by its own name, and pages of this machine', async () => {
    const cloud = testCloud();
    const ask = async (url: string, headers: Record<string, string> = {}) =>
      (await cloud.fetch(new Request(url, { headers }))).status;
    const local = 'http://localhost:7072/_control/mail';
    expect(await ask(local)).toBe(200);
    expect(await ask('http://127.0.0.1:7072/_control/mail')).toBe(200);
    expect(await ask(local, { origin: 'http://localhost:7072' })).toBe(200);
    expect(await ask('http://attacker.example:7072/_control/mail')).toBe(403);
    expect(await ask(local, { host: 'attacker.example:7072' })).toBe(403);
    expect(await ask(local, { origin: 'https://attacker.example' })).toBe(403);
    expect(await ask(local, { origin: 'null' })).toBe(403);
    expect(await ask(local, { origin: 'http://localhost:7071' })).toBe(403);
    expect(await ask('http://localhost:7072/inbox', { origin: 'http://localhost:7071' })).toBe(200);
  });

  it('with JSON on the controls, and for hosts that it stands for', async () => {
    const cloud = testCloud();
    const form = await cloud.call('/_control/permissions', { method: 'PUT', body: '{}' });
    expect(form.status).toBe(415);
    expect((await cloud.call('/_control/nothing')).status).toBe(404);
    expect((await cloud.call('/evil.example/')).status).toBe(404);
  });
});

describe('cards and webhooks', () => {
  it('arrive with time, address and body', async () => {
    const cloud = testCloud();
    const teams = installation.teamsWebhookUrl.replace('https://', '/');
    const card = { type: 'message', attachments: [] };
    const post = (path: string, body: string) => cloud.call(path, { method: 'POST', body });
    expect((await post(teams, JSON.stringify(card))).status).toBe(202);
    expect((await post(teams, 'not json')).status).toBe(400);
    expect((await post(teams, JSON.stringify('x'.repeat(30_000)))).status).toBe(413);
    expect((await post(teams.split('?')[0] ?? '', '{}')).status).toBe(401);
    expect((await post('/hooks.contoso.example/keyturn', '{"type":"opened"}')).status).toBe(200);
    expect(await cloud.control('GET', 'cards')).toEqual([
      { at: '2026-11-25T08:00:00.000Z', url: installation.teamsWebhookUrl, body: card },
    ]);
    expect(await cloud.control('GET', 'webhooks')).toMatchObject([
      { url: 'https://hooks.contoso.example/keyturn', body: { type: 'opened' } },
    ]);
  });
});
