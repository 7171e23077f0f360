import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedConnections } from '../../local/cloud/seed-connection-bodies.ts';
import { formOf } from '../../local/product-sign-in.ts';
import { startInstallation, type Call, type Installation } from '../support/installation.ts';
import { everythingStored, type Kept } from '../support/stored-everything.ts';
import { expectNowhere } from '../support/canaries.ts';

const ID = 'canary';
const LOGIN = 'login.microsoftonline.com';
const { clientId, clientSecret, serviceUrl } = seedConnections['bc-production'];
const BODY = { displayName: 'Canary', kind: 'businessCentral', clientId, serviceUrl };

let keyturn: Installation;
/** What may stand in the one answer that it was made for, and nowhere else. */
const secrets: Record<string, string> = { 'the client secret': clientSecret };
const answers: Kept[] = [];
const places: Kept[] = [];

interface Asked extends Call {
  /** The answer is where the secret belongs. */
  isItsPlace?: true;
}

async function ask(path: string, { isItsPlace, ...call }: Asked = {}): Promise<Response> {
  const response = await keyturn.call(path, call);
  const headers = JSON.stringify([...response.headers]);
  const text = await response.clone().text();
  if (isItsPlace === undefined)
    answers.push({
      where: `answer to ${call.method ?? 'GET'} ${path.slice(0, 48)}`,
      text: headers + text,
    });
  return response;
}

async function admin(
  method: string,
  path: string,
  more: Asked = {},
): Promise<Record<string, unknown>> {
  const headers = { 'x-keyturn-key': keyturn.keys?.admin ?? '', ...more.headers };
  const response = await ask(`/api/connections/${path}`, { method, ...more, headers });
  return (await response.json()) as Record<string, unknown>;
}

const fault = (host: string, answer: Record<string, unknown>) =>
  keyturn.control('POST', 'faults', { host, ...answer });

beforeAll(async () => {
  keyturn = await startInstallation({ verbose: true });
  secrets['the admin key'] = keyturn.keys?.admin ?? '';
  await admin('PUT', ID, { body: { ...BODY, clientSecret } });
  await signInByLink();
  await admin('POST', `${ID}/approve`, { body: {} });
  await takeTokens();
  await wrongRequests();
  await otherTenants();
  await quotingServices();
  places.push(...(await everythingStored(keyturn.connectionString)));
  await weeksOfKeepAlive();
  await admin('POST', `${ID}/test`);
  await collect();
}, 600_000);
afterAll(() => keyturn?.stop());

/** From the mailed link over the sign-in page to the callback, as a browser goes. */
async function signInByLink(): Promise<void> {
  const made = await admin('POST', `${ID}/connect-links`, { body: {}, isItsPlace: true });
  const token = new URL(String(made['url'])).hash.slice(1);
  secrets['the link'] = token;
  await ask('/api/act', { method: 'POST', body: { token } });
  const begun = await ask('/api/act', {
    method: 'POST',
    body: { token, choice: 'signIn' },
    isItsPlace: true,
  });
  const cookie = (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  secrets['the cookie'] = cookie.split('=')[1] ?? '';
  const { url } = (await begun.json()) as { url: string };
  await keyturn.control('POST', 'sign-in', {
    userPrincipalName: 'erp@contoso.example',
    consent: true,
  });
  const { action, fields } = formOf(await (await fetch(url)).text());
  secrets['the code'] = fields.get('code') ?? '';
  secrets['the state'] = fields.get('state') ?? '';
  const sent: Asked = {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: fields.toString(),
  };
  const back = async (how: Asked) => {
    const response = await fetch(action, { redirect: 'manual', ...(how as RequestInit) });
    const headers = JSON.stringify([...response.headers]);
    answers.push({ where: 'the callback', text: headers + (await response.text()) });
    return response.status;
  };
  expect(await back({ ...sent, headers: { ...sent.headers, cookie: '' } })).toBe(400);
  expect(await back(sent)).toBe(303);
  expect(await back(sent)).toBe(303);
  await ask(`/oauth/callback?${fields.toString()}`);
  await ask(`/oauth/callback/${ID}?${fields.toString()}`, { headers: { cookie } });
}

async function takeTokens(): Promise<void> {
  const made = await admin('POST', `${ID}/keys`, { body: { name: 'shop' }, isItsPlace: true });
  const key = String(made['key']);
  secrets['the key of the connection'] = key;
  const token = `/api/connections/${ID}/token`;
  const basic = Buffer.from(`x:${key}`).toString('base64');
  const asking: Asked[] = [
    { headers: { 'x-keyturn-key': key } },
    { method: 'POST', headers: { authorization: `Basic ${basic}` } },
    { method: 'POST', body: { grant_type: 'client_credentials', client_secret: key } },
  ];
  for (const one of asking) {
    const response = await ask(token, { ...one, isItsPlace: true });
    expect(response.status).toBe(200);
    const { access_token } = (await response.json()) as { access_token: string };
    secrets['an access token'] = access_token;
  }
  await admin('POST', `${ID}/token/refresh`);
}

/** Secrets where none belongs. */
async function wrongRequests(): Promise<void> {
  const { 'the key of the connection': key = '', 'an access token': token = '' } = secrets;
  const path = `/api/connections/${ID}/token`;
  await ask(`${path}?code=${key}&client_secret=${clientSecret}`);
  await ask(path, { headers: { 'x-keyturn-key': `${key}x` } });
  await ask(path, { headers: { authorization: `Bearer ${token}` } });
  await ask(path, { method: 'POST', body: { grant_type: token, client_secret: key } });
  await ask(path, { method: 'POST', body: { min_ttl: clientSecret, client_secret: key } });
  await ask(`/api/connections/${key}/token`, { headers: { 'x-keyturn-key': key } });
  const put = (body: unknown) => admin('PUT', 'other', { body });
  await put(`{"clientSecret":"${clientSecret}`);
  await put({ ...BODY, clientSecret, secret: clientSecret });
  await put({ ...BODY, clientSecret: [clientSecret] });
  await put({ ...BODY, clientSecret, serviceUrl: `https://x:${clientSecret}@evil.example/` });
  await put({ ...BODY, clientSecret, tenantId: clientSecret });
}

/** A tenant with a secret of its own, and one that is to agree by a link. */
async function otherTenants(): Promise<void> {
  const tenants = (tenantId: string, more: Asked) =>
    ask('/api/tenants', {
      method: 'POST',
      headers: { 'x-keyturn-key': keyturn.keys?.admin ?? '' },
      ...more,
      body: { tenantId, ...(more.body as object) },
    });
  secrets['the secret of a tenant'] = 'own8Q~c4n4ry.of-a-tenant.opens-nothing';
  const own = {
    credential: { type: 'secret', clientId },
    clientSecret: secrets['the secret of a tenant'],
  };
  expect((await tenants('11111111-2222-4333-8444-555555555555', { body: own })).status).toBe(201);
  await tenants(`${secrets['the secret of a tenant']}.example`, { body: own });
  const added = await tenants('66666666-7777-4888-8999-000000000000', {
    body: {},
    isItsPlace: true,
  });
  const { consentLink } = (await added.json()) as { consentLink: { url: string } };
  const token = new URL(consentLink.url).hash.slice(1);
  secrets['the link of a tenant'] = token;
  await ask('/api/act', { method: 'POST', body: { token } });
  const begun = await ask('/api/act', {
    method: 'POST',
    body: { token, choice: 'adminConsent' },
    isItsPlace: true,
  });
  const cookie = (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const { url } = (await begun.json()) as { url: string };
  const state = new URL(url).searchParams.get('state') ?? '';
  secrets['the state of a tenant'] = state;
  secrets['the cookie of a tenant'] = cookie.split('=')[1] ?? '';
  const back = `/oauth/callback?admin_consent=True&tenant=evil&state=${state}`;
  for (const headers of [{}, { cookie }, { cookie }]) {
    const response = await fetch(keyturn.url + back, { redirect: 'manual', headers });
    const said = JSON.stringify([...response.headers]) + (await response.text());
    answers.push({ where: 'the callback of a tenant', text: said });
  }
}

/** Services whose errors quote what they were sent. */
async function quotingServices(): Promise<void> {
  const quoted = `You sent ${Object.values(secrets).join(' and ')}`;
  const refused = { error: 'invalid_grant', error_description: `AADSTS700082: ${quoted}` };
  await fault(LOGIN, { method: 'POST', status: 400, body: refused });
  await admin('POST', `${ID}/test`);
  await keyturn.control('DELETE', 'faults');
  const body = { error: { code: 'Authentication_InvalidCredentials', message: quoted } };
  await fault('api.businesscentral.dynamics.com', { status: 401, body });
  await admin('POST', `${ID}/test`);
  await keyturn.control('DELETE', 'faults');
  const vaults = (await keyturn.read<{ connections: unknown[] }>('/api/connections')).connections;
  expect(vaults.length).toBeGreaterThan(0);
  await fault('keyturn-local.vault.azure.net', { status: 500, body });
  await admin('PUT', 'other', { body: { ...BODY, clientSecret } });
  await keyturn.control('DELETE', 'faults');
}

/** The grant is renewed and its copy in the vault is written anew. */
async function weeksOfKeepAlive(): Promise<void> {
  await keyturn.control('POST', 'clock', { advance: 'P8D' });
  const headers = { 'x-functions-key': keyturn.masterKey };
  await keyturn.call('/admin/functions/keepAlive', { method: 'POST', headers, body: {} });
  await keyturn.settle();
}

async function collect(): Promise<void> {
  for (const where of ['mail', 'cards', 'webhooks', 'requests'])
    for (const one of await keyturn.control<Record<string, unknown>[]>('GET', where)) {
      // The browser's own way to the sign-in page holds the state, which is of no use without the cookie.
      if (String(one['url']).includes('/authorize?')) continue;
      places.push({ where, text: JSON.stringify(one) });
    }
  places.push(
    ...answers,
    ...keyturn.printed.map((text) => ({ where: 'log', text })),
    ...(await everythingStored(keyturn.connectionString)),
  );
}

describe('a secret of the broker, in processes of its own with their storage', () => {
  it('was given every chance to come out', () => {
    expect(Object.keys(secrets)).toHaveLength(12);
    const stored = new Set(places.map(({ where }) => where));
    for (const where of [
      'table connections',
      'table authorizations',
      'table connectlinks',
      'table tenants',
    ])
      expect(stored).toContain(where);
    expect(stored).toContain('container grants');
    expect([...stored].some((where) => where.startsWith('container audit'))).toBe(true);
    expect(keyturn.printed.length).toBeGreaterThan(20);
  });

  it('is in no log, table, queue, blob, mail, address or answer but its own', () => {
    expectNowhere(secrets, places);
  });
});
