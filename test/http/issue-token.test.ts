import { beforeEach, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import { brokerHttp, TENANT, type BrokerHttp } from '../support/broker-http.ts';
import type { Answered, SentRequest } from '../support/http-call.ts';

const ID = 'bc-production';
const REPORTING = seedAppId('BC Reporting');
const SANDBOX = seedAppId('SmartConnect BC Sandbox');
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const MINUTE_MS = 60_000;

let broker: BrokerHttp;
let key: string;

/** Programs of the story sign in by themselves, so that no test has to. */
beforeEach(async () => {
  broker = await brokerHttp();
  const made = await broker.put(ID, {
    grantType: 'clientCredentials',
    clientId: REPORTING,
    clientSecret: 'bc-8Q~local.bc-repo.opens-nothing-else',
  });
  expect(made.status).toBe(201);
  key = await broker.key(ID);
});

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  broker.token(ID, {
    method: 'POST',
    headers: { ...FORM, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
const postJson = (body: unknown) =>
  broker.token(ID, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
const get = (headers: Record<string, string>, query = '') =>
  broker.token(ID, { path: `/api/connections/${ID}/token${query}`, headers });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

function expectToken(answer: Answered): void {
  expect(answer.text, answer.text).toContain('access_token');
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.json())).toEqual(['access_token', 'token_type', 'expires_in', 'scope']);
  expectNoStore(answer);
}

function expectRefusal(answer: Answered, status: number, error: string): void {
  expect([answer.status, answer.json()['error']], answer.text).toEqual([status, error]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  // RFC 6749 §5.2: the characters that a description may have.
  expect(answer.json()['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expectNoStore(answer);
}

function expectNoStore({ headers }: Answered): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
}

describe('a token', () => {
  it('goes to whoever sends a key of the connection, whichever way his program knows', async () => {
    const ways: SentRequest[] = [
      { headers: { authorization: `Bearer ${key}` } },
      { headers: { authorization: `bearer ${key}` } },
      { headers: { 'x-keyturn-key': key } },
      { method: 'POST', headers: { authorization: `Bearer ${key}` } },
      { method: 'POST', headers: { 'x-keyturn-key': key } },
      { method: 'POST', headers: basic('anything', key) },
      {
        method: 'POST',
        headers: { ...FORM, ...basic(ID, key) },
        body: 'grant_type=client_credentials&scope=any',
      },
      { method: 'POST', headers: FORM, body: `client_id=x&client_secret=${key}` },
      { method: 'POST', headers: FORM, body: `grant_type=password&username=x&password=${key}` },
      { method: 'POST', headers: JSON_TYPE, body: { client_id: 'x', client_secret: key } },
      { method: 'POST', headers: JSON_TYPE, body: { username: 'x', password: key, min_ttl: 2100 } },
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: `client_secret=${key}` },
      { method: 'POST', body: JSON.stringify({ client_secret: key }) },
    ];
    for (const way of ways) expectToken(await broker.token(ID, way));
    expect(broker.called.filter((url) => url.includes('/oauth2/'))).toHaveLength(1);
  });

  it('opens Business Central', async () => {
    const { access_token } = (await get({ 'x-keyturn-key': key })).json();
    const companies = await broker.cloud.call(
      '/api.businesscentral.dynamics.com/v2.0/Production/api/v2.0/companies',
      { headers: { authorization: `Bearer ${String(access_token)}` } },
    );
    expect(companies.status).toBe(200);
  });

  it('is written with the connection id in any case', async () => {
    expectToken(await broker.token(ID.toUpperCase(), { headers: { 'x-keyturn-key': key } }));
  });
});

describe("SmartConnect's Exchange Token", () => {
  const bodies: [string, () => Promise<Answered>][] = [
    [
      'a form with user name and password',
      () => post({ username: 'smartconnect', password: key, min_ttl: '2100' }),
    ],
    [
      'a form with client id and secret',
      () => post({ client_id: 'smartconnect', client_secret: key, min_ttl: '2100' }),
    ],
    [
      'JSON with user name and password',
      () => postJson({ username: 'smartconnect', password: key, min_ttl: '2100' }),
    ],
    [
      'JSON with client id and secret',
      () => postJson({ client_id: 'smartconnect', client_secret: key, min_ttl: 2100 }),
    ],
  ];

  it.each(bodies)(
    'gets at least 35 minutes at any point of a token’s life (%s)',
    async (_name, ask) => {
      for (let minute = 0; minute <= 130; minute += 1) {
        const answer = await ask();
        expectToken(answer);
        expect(Number(answer.json()['expires_in'])).toBeGreaterThanOrEqual(35 * 60);
        broker.clock.advance(MINUTE_MS);
      }
    },
  );

  it.each([
    ['form', (secret: string) => post({ username: 'a', password: secret, min_ttl: '2100' })],
    ['JSON', (secret: string) => postJson({ client_id: 'a', client_secret: secret })],
  ])('hears invalid_client for a wrong key (%s)', async (_name, ask) => {
    const wrong = `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const secret of [wrong, 'not a key', '', broker.admin])
      expectRefusal(await ask(secret), 401, 'invalid_client');
  });
});

describe('a request', () => {
  it('without a credential is refused, and told how to do it', async () => {
    const answer = await post({ grant_type: 'client_credentials' });
    expectRefusal(answer, 401, 'invalid_client');
    expect(answer.json()['code']).toBe('unauthorized');
    expect(answer.json()['detail']).toContain('key of this connection');
    expect(answer.headers.has('www-authenticate')).toBe(false);
    const read = await get({});
    expect([read.status, read.json()['code']]).toEqual([401, 'unauthorized']);
    expectNoStore(read);
  });

  it('by Basic that is refused names Basic', async () => {
    // RFC 6749 §5.2.
    const answer = await broker.token(ID, { method: 'POST', headers: basic('x', 'wrong') });
    expectRefusal(answer, 401, 'invalid_client');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/);
  });

  it('for a connection that is not there looks like one that is not allowed', async () => {
    await broker.put('bc-sandbox', { clientId: SANDBOX });
    const asked = async (id: string, sent: SentRequest) => {
      const { status, text, headers } = await broker.token(id, sent);
      return { status, text, type: headers.get('content-type') };
    };
    const posted = { method: 'POST', headers: FORM, body: `client_secret=${key}` };
    expect(await asked('not-there', posted)).toEqual(await asked('bc-sandbox', posted));
    const read = { headers: { 'x-keyturn-key': key } };
    expect((await asked('not-there', read)).status).toBe(404);
    expect(await asked('not-there', read)).toEqual(await asked('bc-sandbox', read));
    for (const id of ['../x', 'a_b', '%2e', 'x'.repeat(500), 'a/b', '', 'admin', 'reader'])
      expect((await asked(id, read)).text).toBe((await asked('bc-sandbox', read)).text);
  });

  it('is refused where a key is an administrator’s, a reader’s or has ended', async () => {
    const reader = await broker.services.keys.create({ role: 'reader', name: 'reader' });
    for (const other of [broker.admin, reader.key])
      expect((await get({ 'x-keyturn-key': other })).status).toBe(404);
    broker.clock.advance(366 * 24 * 60 * MINUTE_MS);
    expect((await get({ 'x-keyturn-key': key })).status).toBe(404);
  });

  it('is refused from the moment a key is revoked, cached or not', async () => {
    expectToken(await get({ 'x-keyturn-key': key }));
    await broker.services.keys.ofConnection(ID).revoke('caller');
    expect((await get({ 'x-keyturn-key': key })).status).toBe(404);
  });

  it('never finds a key in an address', async () => {
    for (const query of [`?key=${key}`, `?code=${key}`, `?access_token=${key}`])
      expect((await get({}, query)).status).toBe(401);
    const posted = await broker.token(ID, { method: 'POST', path: `/x?client_secret=${key}` });
    expectRefusal(posted, 401, 'invalid_client');
  });

  it.each(['authorization_code', 'refresh_token', 'urn:x', 'CLIENT_CREDENTIALS', '<b>', ' '])(
    'with the grant type "%s" is unsupported',
    async (grantType) => {
      const answer = await post({ grant_type: grantType, client_secret: key });
      expectRefusal(answer, 400, 'unsupported_grant_type');
    },
  );

  it('that gives a parameter twice is invalid, whichever it is', async () => {
    for (const body of [
      `client_secret=${key}&client_secret=${key}`,
      `client_secret=${key}&min_ttl=1&min_ttl=1`,
      `client_secret=${key}&${key}=1&${key}=2`,
    ]) {
      const answer = await broker.token(ID, { method: 'POST', headers: FORM, body });
      expectRefusal(answer, 400, 'invalid_request');
      expect(answer.text).not.toContain(key);
    }
  });

  it('that proves itself twice is invalid', async () => {
    // RFC 6749 §2.3: one method of authentication in each request.
    const twice = await post({ client_secret: key }, basic('x', 'other'));
    expectRefusal(twice, 400, 'invalid_request');
    // Some clients send the same in both places.
    expectToken(await post({ client_id: 'x', client_secret: key }, basic('x', key)));
  });

  it('may ask for 0 to 3000 seconds of life, and for nothing else', async () => {
    for (const good of ['0', '300', '3000', ''])
      expectToken(await post({ client_secret: key, min_ttl: good }));
    for (const bad of ['3001', '-1', '1.5', '1e3', 'x', '٣', ' 5', '99999999']) {
      expectRefusal(await post({ client_secret: key, min_ttl: bad }), 400, 'invalid_request');
      const read = await get({ 'x-keyturn-key': key }, `?minTtl=${encodeURIComponent(bad)}`);
      expect([read.status, read.json()['code']]).toEqual([400, 'bad_request']);
      expectNoStore(read);
    }
    for (const bad of [3001, -1, 1.5, true, {}, []])
      expectRefusal(await postJson({ client_secret: key, min_ttl: bad }), 400, 'invalid_request');
  });

  it('with a body of more than 64 KiB is refused, in the words of the endpoint', async () => {
    const answer = await post({ client_secret: key, more: 'x'.repeat(70_000) });
    expectRefusal(answer, 413, 'invalid_request');
    expect(answer.json()['code']).toBe('body_too_large');
  });

  it.each(['[]', '"text"', '{', '{"client_secret":', 'null', '{"client_secret":{"a":1}}'])(
    'with the JSON body %s is no 5xx',
    async (body) => {
      const answer = await broker.token(ID, { method: 'POST', headers: JSON_TYPE, body });
      expect([400, 401]).toContain(answer.status);
      expectNoStore(answer);
    },
  );
});

describe('an Entra caller', () => {
  const WEB_SHOP = `${TENANT}/app/${installation.apiCaller.clientId}`;

  /** A token for Keyturn's API, as the local Entra gives it to the web shop. */
  async function entraToken(): Promise<string> {
    const { clientId, clientSecret } = installation.apiCaller;
    const answer = await broker.cloud.call(
      `/login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope: `api://${installation.apiClientId}/.default`,
        }),
      },
    );
    return String(((await answer.json()) as Record<string, unknown>)['access_token']);
  }

  const allow = async (...allowedCallers: string[]) => {
    const shown = await broker.asAdmin('showConnection', ID, { method: 'GET' });
    const patched = await broker.asAdmin('patchConnection', ID, {
      method: 'PATCH',
      headers: { 'if-match': shown.headers.get('etag') ?? '' },
      body: { allowedCallers },
    });
    expect(patched.status, patched.text).toBe(200);
  };

  it('is let in by the entry of its application, or of its object, and by no other', async () => {
    const bearer = { authorization: `Bearer ${await entraToken()}` };
    expect((await get(bearer)).status).toBe(404);
    await allow(WEB_SHOP);
    expectToken(await get(bearer));
    expectToken(await broker.token(ID, { method: 'POST', headers: bearer }));
    await allow(`${TENANT}/app/${REPORTING}`);
    expect((await get(bearer)).status).toBe(404);
    const claims = Buffer.from(bearer.authorization.split('.')[1] ?? '', 'base64url').toString();
    const { oid } = JSON.parse(claims) as { oid: string };
    await allow(`${TENANT}/oid/${oid}`);
    expectToken(await get(bearer));
    await allow(
      `${TENANT}/oid/${installation.apiCaller.clientId}`,
      `11111111-2222-4333-8444-555555555555/oid/${oid}`,
    );
    expect((await get(bearer)).status).toBe(404);
  });

  it('is not known by a token in the place of a password', async () => {
    await allow(WEB_SHOP);
    expectRefusal(await post({ client_secret: await entraToken() }), 401, 'invalid_client');
  });

  it('is refused from the end of its token on', async () => {
    await allow(WEB_SHOP);
    const bearer = { authorization: `Bearer ${await entraToken()}` };
    broker.clock.advance(120 * MINUTE_MS);
    expect((await get(bearer)).status).toBe(404);
  });
});

describe('while somebody has to act', () => {
  beforeEach(async () => {
    await broker.put('story');
    key = await broker.key('story', 'story');
  });
  const ask = (method: string) =>
    broker.token('story', { method, headers: { 'x-keyturn-key': key } });

  it('a caller hears that nobody has signed in', async () => {
    const posted = await ask('POST');
    expectRefusal(posted, 409, 'invalid_grant');
    expect(posted.json()['code']).toBe('sign_in_again');
    const read = await ask('GET');
    expect([read.status, read.json()['code']]).toEqual([409, 'sign_in_again']);
    expectNoStore(read);
  });

  it('a caller gets nothing before an administrator has approved the account', async () => {
    const back = await broker.signIn('story', 'erp@contoso.example');
    expect(back.headers.get('location')).toContain('result=pendingApproval');
    const posted = await ask('POST');
    expectRefusal(posted, 409, 'invalid_grant');
    expect(posted.json()['code']).toBe('admin_action_required');
    expect((await broker.asAdmin('approveConnection', 'story', { body: {} })).status).toBe(200);
    expectToken(await ask('POST'));
    expectToken(await ask('GET'));
  });
});
