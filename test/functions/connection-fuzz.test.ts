import fc from 'fast-check';
import type { LookupFunction } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEgress, type Egress } from '../../shared/egress.ts';
import { brokerHttp, TENANT, type BrokerHttp } from '../support/broker-http.ts';
import type { Answered } from '../support/http-call.ts';

const SECRET = 'c4n4ry8Q~of-the-connection.opens-nothing';
const BC = 'https://api.businesscentral.dynamics.com';
/** Hosts of Microsoft's that the local cloud stands for. */
const MICROSOFT =
  /^(login\.microsoftonline\.com|api\.businesscentral\.dynamics\.com|[a-z0-9-]+(\.api)?\.crm\d*\.dynamics\.com)$/;
const WITHIN = '.internal.example';

let broker: BrokerHttp;
/** Every host for which a name was looked up, or a call went to the local cloud. */
let asked: { host: string; url: string }[];
let lookedUp: string[];

beforeEach(async () => {
  asked = [];
  lookedUp = [];
  broker = await brokerHttp({ through: withRealEgress });
});

/** The product's own egress for all but the local cloud; no name but those within leads anywhere. */
function withRealEgress(cloudEgress: Egress): Egress {
  const lookup: LookupFunction = (hostname, _options, callback) => {
    lookedUp.push(hostname);
    if (hostname.endsWith(WITHIN)) callback(null, [{ address: '10.0.0.1', family: 4 }]);
    else callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), []);
  };
  const real = createEgress({ allowedHosts: [], lookup });
  return (request) => {
    const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
    asked.push({ host, url: request.url });
    const isCloud = request.url.startsWith(`https://${host}/`) && MICROSOFT.test(host);
    return isCloud ? cloudEgress(request) : real(request);
  };
}

/** A text with something put in, taken out or written over. */
function bent(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom('/', '//', '\\', '@', '#', '?', '..', '%2f', '%00', '。', ':443', '\t', 'ＡＢ'),
    fc.string({ maxLength: 8, unit: 'binary' }),
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(6), piece)
    .map(([at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone));
}

const SERVICE_URL = `${BC}/v2.0/${TENANT}/Production/ODataV4/`;
const serviceUrl = fc.oneof(
  fc.constant(SERVICE_URL),
  bent(SERVICE_URL),
  bent('https://contoso.crm4.dynamics.com/'),
  fc.constantFrom(
    `${BC}@evil.example/v2.0/${TENANT}/Production/ODataV4/`,
    `${BC}.evil.example/v2.0/${TENANT}/Production/ODataV4/`,
    `https://evil.example/v2.0/${TENANT}/Production/ODataV4/`,
    `https://x.api.bc.dynamics.com.evil.example/v2.0/${TENANT}/Production/ODataV4/`,
    'https://contoso.crm4.dynamics.com.evil.example/',
    'https://contoso.crm4.dynamics.com@169.254.169.254/',
    'http://169.254.169.254/metadata/identity/oauth2/token',
    'file:///etc/passwd',
  ),
  fc.webUrl(),
  fc.string(),
);
const address = fc.oneof(
  fc.constantFrom(
    'https://id.public.example',
    `https://id${WITHIN}`,
    `https://id${WITHIN}/token`,
    'https://169.254.169.254/latest',
    'https://[::ffff:10.0.0.1]/',
    'https://127.0.0.1:8080/',
    'https://2130706433/',
    'https://0x7f.1/',
    'http://id.public.example',
    'https://ann:secret@id.public.example/',
  ),
  bent('https://id.public.example/token'),
  fc.string(),
);
const tenant = fc.oneof(
  fc.constantFrom(TENANT, 'contoso.example', 'common', 'a.b/../..', '../x', 'a.b%2f..', 'a.b?x=y'),
  bent('contoso.example'),
  fc.string(),
);

const body = fc.record(
  {
    displayName: fc.oneof(fc.constant('x'), fc.string({ unit: 'binary' })),
    kind: fc.oneof(fc.constantFrom('businessCentral', 'dataverse', 'oauth2'), fc.string()),
    grantType: fc.constantFrom('authorizationCode', 'clientCredentials', 'password'),
    clientId: fc.oneof(fc.constant('906a8987-dfa5-8c83-a201-0c76c46e3449'), fc.string()),
    clientSecret: fc.oneof(fc.constant(SECRET), fc.constant([SECRET]), fc.constant({ a: SECRET })),
    serviceUrl,
    tenantId: tenant,
    appTenantId: tenant,
    issuer: address,
    endpoints: fc.record({ authorization: address, token: address }, { requiredKeys: ['token'] }),
    scopes: fc.oneof(fc.constant(['offline_access']), fc.array(fc.string(), { maxLength: 3 })),
    credential: fc.record({ type: fc.constantFrom('secret', 'certificate', 'federated', 'x') }),
    consumers: fc.anything(),
    company: fc.anything(),
    [SECRET]: fc.anything(),
    __proto__: fc.anything(),
  },
  { requiredKeys: ['displayName', 'kind', 'clientId', 'clientSecret'] },
);

/** What is right but for one address, so that more than a few get through. */
const nearly = fc.oneof(
  serviceUrl.map((url) => ({ ...RIGHT, serviceUrl: url })),
  tenant.map((id) => ({ ...RIGHT, serviceUrl: `${BC}/v2.0/Production/ODataV4/`, tenantId: id })),
  address.map((issuer) => ({ ...PROVIDER, issuer })),
  fc
    .tuple(address, address)
    .map(([authorization, token]) => ({ ...PROVIDER, endpoints: { authorization, token } })),
);
const RIGHT = {
  displayName: 'x',
  kind: 'businessCentral',
  grantType: 'clientCredentials',
  clientId: '906a8987-dfa5-8c83-a201-0c76c46e3449',
  clientSecret: SECRET,
};
const PROVIDER = { ...RIGHT, kind: 'oauth2', scopes: ['offline_access'] };

function expectQuiet(answer: Answered): void {
  expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(SECRET);
  expect(answer.logs.join('\n')).not.toContain(SECRET);
}

const text = z.string().catch('');
const provider = z.object({
  issuer: text,
  endpoints: z.object({ authorization: text, token: text }).catch({ authorization: '', token: '' }),
});

/** The hosts that a body names as its provider. */
function namedIn(sent: object): string[] {
  const { issuer, endpoints } = provider.parse(sent);
  return [issuer, endpoints.authorization, endpoints.token].flatMap((url) =>
    URL.canParse(url) ? [new URL(url).hostname] : [],
  );
}

describe('whatever is sent for a connection', () => {
  it('is no error of ours, tells no secret, and leads to no host that is not Microsoft’s or its own provider’s', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, nearly), async (sent) => {
        asked = [];
        made += 1;
        const id = `c-${made}`;
        const put = await broker.asAdmin('putConnection', id, { method: 'PUT', body: sent });
        expectQuiet(put);
        expect([200, 201, 400], put.text).toContain(put.status);
        if (put.status === 201) await useIt(id);
        const allowed = new Set(namedIn(sent));
        for (const { host, url } of asked) {
          expect(MICROSOFT.test(host) || allowed.has(host), url).toBe(true);
          // Nothing that was sent has moved the path of a call to Microsoft.
          if (MICROSOFT.test(host)) expect(url).toBe(new URL(url).href);
        }
      }),
      { numRuns: 400 },
    );
    expect(Object.keys(broker.vault.dump()).length).toBeGreaterThan(10);
    expect(lookedUp).toContain(`id${WITHIN}`);
  });

  it('is no error of ours for any id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), async (id) => {
        for (const [name, method] of [
          ['putConnection', 'PUT'],
          ['patchConnection', 'PATCH'],
          ['showConnection', 'GET'],
          ['testConnection', 'POST'],
          ['authorizeConnection', 'POST'],
          ['deleteConnection', 'DELETE'],
        ] as const) {
          const sent = method === 'GET' ? {} : { body: RIGHT };
          const answer = await broker.asAdmin(name, id, { method, ...sent });
          expect(answer.status, answer.text).toBeLessThan(500);
          expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('in a merge patch is no error of ours', async () => {
    await broker.asAdmin('putConnection', 'patched', {
      method: 'PUT',
      body: { ...RIGHT, serviceUrl: SERVICE_URL },
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, nearly, fc.anything()), async (sent) => {
        const shown = await broker.asAdmin('showConnection', 'patched', { method: 'GET' });
        const headers = { 'if-match': shown.headers.get('etag') ?? '' };
        const text = JSON.stringify(sent) ?? '';
        const answer = await broker.asAdmin('patchConnection', 'patched', {
          method: 'PATCH',
          headers,
          body: text,
        });
        expectQuiet(answer);
        expect([200, 400], answer.text).toContain(answer.status);
      }),
      { numRuns: 200 },
    );
  });
});

/** A connection that was taken is tried, and asked for a token: a provider that does not answer is 503 by design §5. */
async function useIt(id: string): Promise<void> {
  broker.clock.advance(3_600_000);
  const tested = await broker.asAdmin('testConnection', id, { body: {} });
  expectQuiet(tested);
  expect(tested.status, tested.text).toBe(200);
  const started = await broker.asAdmin('authorizeConnection', id, { body: {} });
  expectQuiet(started);
  expect([200, 400], started.text).toContain(started.status);
  const key = await broker.key(id);
  const token = await broker.token(id, { headers: { 'x-keyturn-key': key } });
  expectQuiet(token);
  expect([200, 409, 422, 503], token.text).toContain(token.status);
}
