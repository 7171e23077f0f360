import '../support/register-nothing.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { actPage } from '../../functions/act-page.ts';
import { home } from '../../functions/home.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { brokerHttp, TENANT, type BrokerHttp } from '../support/broker-http.ts';
import { callHandler, type Answered } from '../support/http-call.ts';

const ID = 'bc-production';
const OBJECT = 'aaaaaaaa-0000-4000-8000-000000000001';
let broker: BrokerHttp;
let key: string;

beforeAll(async () => {
  broker = await brokerHttp();
  await broker.put(ID);
  key = await broker.key(ID);
  await broker.signIn(ID, 'erp@contoso.example');
  await broker.asAdmin('approveConnection', ID, { body: {} });
});

describe('a connection', () => {
  it('takes nothing from a body that Keyturn alone writes', async () => {
    const by = {
      tenantId: TENANT,
      objectId: OBJECT,
      displayName: 'Eve',
      at: '2026-01-01T00:00:00Z',
    };
    const own = {
      id: 'another',
      status: 'connected',
      worksUntil: '2999-01-01T00:00:00Z',
      authorizedBy: by,
      awaitingApproval: by,
      createdAt: '2020-01-01T00:00:00.000Z',
    };
    const made = await broker.put('claimed', own);
    const expected = {
      id: 'claimed',
      status: 'pending',
      authorizedBy: null,
      awaitingApproval: null,
    };
    expect(made.json()).toMatchObject(expected);
    const headers = { 'if-match': made.headers.get('etag') ?? '' };
    const sent = { method: 'PATCH', headers, body: own };
    const patched = await broker.asAdmin('patchConnection', 'claimed', sent);
    expect(patched.status, patched.text).toBe(200);
    expect(patched.json()).toMatchObject(expected);
    expect(patched.json()['createdAt']).not.toBe(own.createdAt);
    const approved = await broker.asAdmin('approveConnection', 'claimed', { body: {} });
    expect(approved.status).toBe(409);
  });

  it('is changed in the version that was read, and created only where there is none', async () => {
    const put = (headers: Record<string, string>) =>
      broker.asAdmin('putConnection', ID, { method: 'PUT', headers, body: {} });
    const shown = await broker.asAdmin('showConnection', ID, { method: 'GET' });
    const body = { ...shown.json(), displayName: 'changed' };
    const write = (method: 'PUT' | 'PATCH' | 'DELETE', headers: Record<string, string>) =>
      broker.asAdmin(
        method === 'PUT'
          ? 'putConnection'
          : method === 'PATCH'
            ? 'patchConnection'
            : 'deleteConnection',
        ID,
        { method, headers, body: method === 'PUT' ? body : { displayName: 'changed' } },
      );
    for (const method of ['PUT', 'PATCH'] as const)
      expect((await write(method, {})).status, method).toBe(428);
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const)
      expect((await write(method, { 'if-match': '"older"' })).status, method).toBe(412);
    expect((await write('PUT', { 'if-none-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': shown.headers.get('etag') ?? '' })).status).toBe(400);
    const now = await broker.asAdmin('showConnection', ID, { method: 'GET' });
    expect(now.headers.get('etag')).toBe(shown.headers.get('etag'));
  });
});

describe('a token', () => {
  it('is for the connection’s own service, whatever the caller asks for', async () => {
    const wanted = {
      client_secret: key,
      scope: 'https://graph.microsoft.com/.default',
      resource: 'https://graph.microsoft.com',
      audience: 'https://graph.microsoft.com',
      tenant: 'common',
    };
    const answer = await broker.token(ID, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(wanted).toString(),
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json()['scope']).not.toContain('graph');
    const [, payload = ''] = String(answer.json()['access_token']).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string };
    expect(claims.aud).toContain('businesscentral.dynamics.com');
  });
});

describe('what a browser gets', () => {
  it('ties a sign-in to itself with a cookie that no other host and no script can read or set', async () => {
    const { cookies } = await broker.asAdmin('authorizeConnection', ID, { body: {} });
    expect(cookies).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^__Host-kt-[\da-f]{8}$/) as string,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'None',
        maxAge: 1_800,
      }),
    ]);
    expect(cookies[0]).not.toHaveProperty('domain');
  });

  it('is kept by nobody: tokens, links, keys, addresses of sign-ins and every refusal', async () => {
    const callback = { path: '/oauth/callback?state=x' };
    const answers: Answered[] = [
      await broker.token(ID, { headers: { 'x-keyturn-key': key } }),
      await broker.token(ID, { method: 'POST' }),
      await broker.token(ID, {}),
      await broker.asAdmin('authorizeConnection', ID, { body: {} }),
      await broker.asAdmin('createConnectionKey', ID, { body: { name: 'kept' } }),
      await broker.asAdmin('showConnection', 'nowhere', { method: 'GET' }),
      await broker.call('oauthCallback', callback),
      await broker.call('oauthCallback', { path: '/oauth/callback?result=connected' }),
    ];
    for (const answer of answers) expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is a page that nobody can frame, that loads nothing from elsewhere and leaks no address', async () => {
    const { http } = createHttp(async () => ({ ok: true, services: broker.services }));
    const pages: [string, Answered][] = [
      ['home', await callHandler(http(home, 'home'))],
      ['act', await callHandler(http(actPage, 'actPage'))],
      ['callback', await broker.call('oauthCallback', { path: '/x?result=connected' })],
      ['unknown callback', await broker.call('oauthCallback', { path: '/x?result=<b>' })],
    ];
    for (const [name, { headers, text }] of pages) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, name).toContain("default-src 'none'");
      expect(policy, name).toContain("frame-ancestors 'none'");
      expect(policy, name).not.toMatch(/script-src[^;]*('unsafe|https?:|\*)/);
      expect(headers.get('referrer-policy'), name).toBe('no-referrer');
      expect(headers.get('x-content-type-options'), name).toBe('nosniff');
      expect(text, name).not.toContain('<b>');
      expect(text, name).not.toMatch(/(src|href)="https?:/);
    }
  });
});
