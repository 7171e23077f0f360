import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Egress, EgressAnswer } from '../../shared/egress.ts';
import { brokerHttp } from '../support/broker-http.ts';

const HOUR_MS = 3_600_000;
/** What a provider may repeat of what it was sent. */
const SECRET = 'c4n4ry8Q~of-the-connection.opens-nothing';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    SECRET,
    'a\r\nset-cookie: x=y',
    '<script>1</script>',
    'invalid_grant',
    'invalid_client',
    'AADSTS700082: ended',
    'AADSTS7000222: ended',
    `AADSTS50076 you sent ${SECRET}`,
    'eyJhbGciOiJub25lIn0.e30.',
    'x'.repeat(20_000),
  ),
);
const value = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.json());
const members = fc.dictionary(
  fc.constantFrom(
    'access_token',
    'refresh_token',
    'id_token',
    'token_type',
    'expires_in',
    'refresh_in',
    'scope',
    'error',
    'error_description',
    'error_codes',
    'suberror',
    'claims',
    '__proto__',
  ),
  fc.oneof(value, fc.array(value, { maxLength: 2 })),
);
const answer: fc.Arbitrary<EgressAnswer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503),
  headers: fc.dictionary(fc.constantFrom('retry-after', 'content-type', 'location'), text),
  text: fc.oneof(
    members.map((one) => JSON.stringify(one)),
    members.map((one) => JSON.stringify({ access_token: 'a-token', ...one })),
    fc.json(),
    text,
  ),
});

const CLIENT = '906a8987-dfa5-8c83-a201-0c76c46e3449';
const common = {
  displayName: 'x',
  clientId: CLIENT,
  clientSecret: SECRET,
  grantType: 'clientCredentials',
};

describe.each([
  [
    'Entra',
    {
      ...common,
      kind: 'businessCentral',
      serviceUrl:
        'https://api.businesscentral.dynamics.com/v2.0/7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0/P/ODataV4/',
    },
  ],
  [
    'a provider of its own',
    {
      ...common,
      kind: 'oauth2',
      scopes: ['x'],
      serviceUrl: null,
      endpoints: { token: 'https://id.example/token' },
    },
  ],
])('whatever %s answers', (_name, body) => {
  it('is no error of ours, keeps the secret, and leaves a connection that the next good answer restores', async () => {
    let next: EgressAnswer | null = null;
    const through =
      (cloud: Egress): Egress =>
      async (request) => {
        const isToken = request.method === 'POST' || request.url.startsWith('https://id.example/');
        return next !== null && isToken ? next : cloud(request);
      };
    const broker = await brokerHttp({ through });
    const put = await broker.asAdmin('putConnection', 'fuzzed', { method: 'PUT', body });
    expect(put.status, put.text).toBe(201);
    const headers = { 'x-keyturn-key': await broker.key('fuzzed') };
    let given = 0;
    await fc.assert(
      fc.asyncProperty(answer, fc.constantFrom('GET', 'POST'), async (said, method) => {
        next = said;
        broker.clock.advance(25 * HOUR_MS);
        const lines = broker.logs.length;
        const got = await broker.token('fuzzed', { method, headers });
        const shown = await broker.asAdmin('showConnection', 'fuzzed', { method: 'GET' });
        const tested = await broker.asAdmin('testConnection', 'fuzzed', { body: {} });
        expect([200, 409, 422, 503], got.text).toContain(got.status);
        expect([shown.status, tested.status]).toEqual([200, 200]);
        if (got.status === 200) given += 1;
        // A token that repeats the secret is the provider's own doing; nothing else may hold it.
        const rest = [shown, tested].map((one) => one.text + JSON.stringify([...one.headers]));
        if (got.status !== 200) rest.push(got.text);
        expect([...rest, ...broker.logs.slice(lines)].join('\n')).not.toContain(SECRET);
      }),
      { numRuns: 150 },
    );
    expect(given).toBeGreaterThan(0);
    const good = { access_token: 'good', token_type: 'Bearer', expires_in: 3600 };
    next = { status: 200, headers: {}, text: JSON.stringify(good) };
    broker.clock.advance(25 * HOUR_MS);
    expect((await broker.asAdmin('refreshToken', 'fuzzed')).status).toBe(200);
    expect((await broker.token('fuzzed', { headers })).json()['access_token']).toBe('good');
  });
});

describe('whatever Entra answers to the code of a sign-in', () => {
  it('ends on a page of ours, connects nobody by mistake, and costs the grant that is there nothing', async () => {
    let next: EgressAnswer | null = null;
    const broker = await brokerHttp({
      through: (cloud) => async (request) =>
        next !== null && request.method === 'POST' ? next : cloud(request),
    });
    await broker.put('story');
    await broker.signIn('story', 'erp@contoso.example');
    await broker.asAdmin('approveConnection', 'story', { body: {} });
    const by = async () =>
      (await broker.asAdmin('showConnection', 'story', { method: 'GET' })).json();
    const before = await by();
    expect(before['status']).toBe('connected');
    await fc.assert(
      fc.asyncProperty(answer, async (said) => {
        next = said;
        broker.clock.advance(HOUR_MS);
        const ended = await broker.signIn('story', 'erp@contoso.example');
        expect(ended.status, ended.text).toBe(303);
        expect(ended.headers.get('location')).toMatch(/\?result=\w+$/);
        expect(ended.headers.get('location')).not.toContain('result=connected');
        const now = await by();
        expect([now['status'], now['authorizedBy']]).toEqual([
          before['status'],
          before['authorizedBy'],
        ]);
      }),
      { numRuns: 100 },
    );
    next = null;
    const key = await broker.key('story');
    const got = await broker.token('story', { headers: { 'x-keyturn-key': key } });
    expect(got.status, got.text).toBe(200);
  });
});

describe('whatever a provider of its own answers to the code of a sign-in, its keys included', () => {
  it('ends on a page of ours, and lets nobody in whom no administrator has approved', async () => {
    const issuer = 'https://id.example';
    const discovery = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
    let next: EgressAnswer | null = null;
    const broker = await brokerHttp({
      through: (cloud) => async (request) => {
        if (!request.url.startsWith(issuer)) return cloud(request);
        return next ?? { status: 200, headers: {}, text: JSON.stringify(discovery) };
      },
    });
    const made = await broker.asAdmin('putConnection', 'own', {
      method: 'PUT',
      body: {
        ...common,
        grantType: 'authorizationCode',
        kind: 'oauth2',
        scopes: ['openid'],
        issuer,
      },
    });
    expect(made.status, made.text).toBe(201);
    const headers = { 'x-keyturn-key': await broker.key('own') };
    await fc.assert(
      fc.asyncProperty(answer, async (said) => {
        next = said;
        const started = await broker.asAdmin('authorizeConnection', 'own', { body: {} });
        const url = new URL(String(started.json()['url']));
        const state = url.searchParams.get('state') ?? '';
        const ended = await broker.call('oauthCallbackOf', {
          path: `/x?${new URLSearchParams({ state, code: 'c', iss: issuer }).toString()}`,
          params: { id: 'own' },
          headers: { cookie: started.cookies.map((one) => `${one.name}=${one.value}`).join('; ') },
        });
        expect(ended.status, ended.text + ended.logs.join()).toBe(303);
        expect(ended.headers.get('location')).not.toContain('result=connected');
        expect((await broker.token('own', { headers })).status).toBe(409);
      }),
      { numRuns: 100 },
    );
  });
});
