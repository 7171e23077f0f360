import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const login = `/login.microsoftonline.com/${installation.tenantId}`;
const { monitor } = installation.identities;

async function msi(
  cloud: TestCloud,
  query: string,
  header = installation.identityHeader as string,
) {
  return cloud.call(`/msi/token?${query}`, { headers: { 'x-identity-header': header } });
}

describe('the managed identity endpoint', () => {
  it('gives a signed app-only token with the permissions of the identity', async () => {
    const cloud = testCloud();
    const query = `api-version=2019-08-01&resource=https://graph.microsoft.com&client_id=${monitor.clientId}`;
    const answer = (await (await msi(cloud, query)).json()) as Record<string, string>;
    expect(answer).toMatchObject({
      token_type: 'Bearer',
      resource: 'https://graph.microsoft.com',
      expires_on: String(Date.parse('2026-11-26T08:00:00Z') / 1000),
    });
    const keys = (await cloud.json(`${login}/discovery/v2.0/keys`)) as unknown as JSONWebKeySet;
    const { payload } = await jwtVerify(String(answer['access_token']), createLocalJWKSet(keys), {
      currentDate: cloud.clock.now(),
      issuer: `https://sts.windows.net/${installation.tenantId}/`,
      audience: 'https://graph.microsoft.com',
    });
    expect(payload).toMatchObject({
      tid: installation.tenantId,
      appid: monitor.clientId,
      oid: monitor.objectId,
      idtyp: 'app',
      roles: [
        'Application.Read.All',
        'User.Read.All',
        'Organization.Read.All',
        'AuditLog.Read.All',
        'Mail.Send',
      ],
    });
  });

  it('refuses a wrong header, version, resource or client, as App Service does', async () => {
    const cloud = testCloud();
    const good = `api-version=2019-08-01&resource=r&client_id=${monitor.clientId}`;
    expect((await msi(cloud, good, 'wrong')).status).toBe(401);
    expect((await msi(cloud, good.replace('2019-08-01', '2017-09-01'))).status).toBe(400);
    expect((await msi(cloud, good.replace('resource=r', 'resource='))).status).toBe(400);
    const unknown = await msi(cloud, 'api-version=2019-08-01&resource=r&client_id=nobody');
    expect(await unknown.json()).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('No User Assigned') as string,
    });
  });
});

describe('client credentials at the local Entra', () => {
  const caller = installation.apiCaller;

  async function ask(
    cloud: TestCloud,
    form: Record<string, string>,
    path = login,
  ): Promise<Response> {
    return cloud.call(`${path}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: caller.clientId,
        client_secret: caller.clientSecret,
        scope: `api://${installation.apiClientId}/.default`,
        ...form,
      }),
    });
  }

  it('gives a v2.0 token for the API of Keyturn with the roles that the caller was given', async () => {
    const cloud = testCloud();
    const answer = await ask(cloud, {});
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    const discovery = await cloud.json(`${login}/v2.0/.well-known/openid-configuration`);
    const jwksPath = String(discovery['jwks_uri']).replace('https://', '/');
    const keys = (await cloud.json(jwksPath)) as unknown as JSONWebKeySet;
    const { payload } = await jwtVerify(String(body['access_token']), createLocalJWKSet(keys), {
      currentDate: cloud.clock.now(),
      issuer: String(discovery['issuer']),
      audience: installation.apiClientId,
    });
    expect(payload).toMatchObject({
      ver: '2.0',
      azp: caller.clientId,
      idtyp: 'app',
      tid: installation.tenantId,
      roles: ['Keyturn.Admin'],
    });
    expect(payload).not.toHaveProperty('scp');
  });

  it('takes the credentials in a Basic header too', async () => {
    const basic = btoa(`${caller.clientId}:${encodeURIComponent(caller.clientSecret)}`);
    const answer = await testCloud().call(`${login}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
      }),
    });
    expect(answer.status).toBe(200);
  });

  it('refuses by the numbers that Entra uses', async () => {
    const cloud = testCloud();
    const said = async (answer: Response) => {
      const body = (await answer.json()) as { error: string; error_codes: number[] };
      expect(body).toMatchObject({ timestamp: '2026-11-25 08:00:00Z' });
      return [answer.status, body.error, body.error_codes];
    };
    expect(await said(await ask(cloud, { client_secret: 'wrong' }))).toEqual([
      401,
      'invalid_client',
      [7_000_215],
    ]);
    expect(await said(await ask(cloud, { client_secret: '' }))).toEqual([
      401,
      'invalid_client',
      [7_000_218],
    ]);
    expect(await said(await ask(cloud, { client_id: monitor.objectId }))).toEqual([
      400,
      'unauthorized_client',
      [700_016],
    ]);
    expect(await said(await ask(cloud, {}, '/login.microsoftonline.com/nowhere.example'))).toEqual([
      400,
      'invalid_request',
      [90_002],
    ]);
    expect(await said(await ask(cloud, { scope: 'https://unknown.example/.default' }))).toEqual([
      400,
      'invalid_resource',
      [500_011],
    ]);
    expect(await said(await ask(cloud, { scope: 'User.Read' }))).toEqual([
      400,
      'invalid_scope',
      [1_002_012],
    ]);
    cloud.clock.advance(400 * 86_400_000);
    const expired = await cloud.call(`${login}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: caller.clientId,
        client_secret: caller.clientSecret,
        scope: 'https://graph.microsoft.com/.default',
      }),
    });
    expect(await expired.json()).toMatchObject({
      error: 'invalid_client',
      error_codes: [7_000_222],
      error_description: expect.stringMatching(/^AADSTS7000222: .* Trace ID: /) as string,
    });
  });
});
