import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { seedAppId } from '../../../local/cloud/seed-apis.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';
import {
  authorizePath,
  codeFor,
  redeem,
  redirected,
  refusal,
  smartConnect,
  submit,
  tokenCall,
} from '../../support/local-entra.ts';

const DAY_MS = 86_400_000;

async function tokens(cloud: TestCloud): Promise<Record<string, string>> {
  const answer = await redeem(cloud, await codeFor(cloud));
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, string>;
}

async function refresh(
  cloud: TestCloud,
  refreshToken: string,
  more: Record<string, string | null> = {},
): Promise<Response> {
  return tokenCall(cloud, { grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
}

/** The story's tenant, its client and the people who are given. */
async function tenantWith(cloud: TestCloud, users: Record<string, unknown>[]): Promise<void> {
  const directory = cloud.world.directories.get(installation.tenantId);
  if (directory === undefined) throw new Error('no directory');
  const application = {
    appId: smartConnect.clientId,
    displayName: 'SmartConnect BC Prod',
    passwordCredentials: [
      { secretText: smartConnect.clientSecret, endDateTime: '2099-01-01T00:00:00Z' },
    ],
  };
  await cloud.control('PUT', 'tenant', { applications: [application], users });
}

describe('redeeming a code at the local Entra', () => {
  it('gives signed tokens for the person and the resource', async () => {
    const cloud = testCloud();
    const code = await codeFor(cloud);
    const answer = await redeem(cloud, code, { client_info: '1' });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const body = (await answer.json()) as Record<string, string>;
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 4500,
      scope: expect.stringContaining(
        'https://api.businesscentral.dynamics.com/user_impersonation',
      ) as string,
      refresh_token: expect.any(String) as string,
    });
    const keys = (await cloud.json(
      `/login.microsoftonline.com/${installation.tenantId}/discovery/v2.0/keys`,
    )) as unknown as JSONWebKeySet;
    const access = await jwtVerify(body['access_token'] ?? '', createLocalJWKSet(keys), {
      currentDate: cloud.clock.now(),
      audience: 'https://api.businesscentral.dynamics.com',
      issuer: `https://sts.windows.net/${installation.tenantId}/`,
    });
    expect(access.payload).toMatchObject({
      appid: smartConnect.clientId,
      scp: 'user_impersonation Financials.ReadWrite.All',
      tid: installation.tenantId,
      upn: 'erp@contoso.example',
    });
    expect(access.payload).not.toHaveProperty('roles');
    const id = await jwtVerify(body['id_token'] ?? '', createLocalJWKSet(keys), {
      currentDate: cloud.clock.now(),
      audience: smartConnect.clientId,
      issuer: `https://login.microsoftonline.com/${installation.tenantId}/v2.0`,
    });
    expect(id.payload).toMatchObject({
      nonce: 'a-nonce',
      name: 'ERP Integration',
      preferred_username: 'erp@contoso.example',
      oid: access.payload['oid'],
      tid: installation.tenantId,
    });
    const info = Buffer.from(body['client_info'] ?? '', 'base64url').toString();
    expect(JSON.parse(info)).toEqual({ uid: id.payload['oid'], utid: installation.tenantId });
  });

  it('gives no refresh token without offline_access, and no id_token without openid', async () => {
    const cloud = testCloud();
    const scope = 'https://api.businesscentral.dynamics.com/user_impersonation';
    const code = await codeFor(cloud, null, { scope });
    const body = await (await redeem(cloud, code)).json();
    expect(Object.keys(body as object)).not.toContain('refresh_token');
    expect(Object.keys(body as object)).not.toContain('id_token');
    expect(decodeJwt((body as Record<string, string>)['access_token'] ?? '')['scp']).toBe(
      'user_impersonation',
    );
  });

  it('works once', async () => {
    const cloud = testCloud();
    const code = await codeFor(cloud);
    expect((await redeem(cloud, code)).status).toBe(200);
    expect(await refusal(await redeem(cloud, code))).toEqual([400, 'invalid_grant', [54_005]]);
  });

  it('ends after ten minutes', async () => {
    const cloud = testCloud();
    const code = await codeFor(cloud);
    cloud.clock.advance(10 * 60_000 + 1);
    expect(await refusal(await redeem(cloud, code))).toEqual([400, 'invalid_grant', [70_008]]);
  });

  it('is refused for what does not belong to the code, which stays good', async () => {
    const cloud = testCloud();
    const code = await codeFor(cloud);
    const said = async (more: Record<string, string | null>) =>
      refusal(await redeem(cloud, code, more));
    const other = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    expect(await said({ code_verifier: 'x'.repeat(43) })).toEqual([
      400,
      'invalid_grant',
      [501_481],
    ]);
    expect(await said({ code_verifier: null })).toEqual([400, 'invalid_grant', [501_481]]);
    expect(await said({ redirect_uri: 'http://localhost:7072/oauth/callback' })).toEqual([
      401,
      'invalid_client',
      [500_112],
    ]);
    expect(await said({ code: 'garbage', client_secret: 'wrong' })).toEqual([
      400,
      'invalid_grant',
      [9_002_313],
    ]);
    expect(await said({ code: other })).toEqual([400, 'invalid_grant', [70_000]]);
    expect(await said({ code: null })).toEqual([400, 'invalid_request', [900_144]]);
    expect(await said({ client_secret: 'wrong' })).toEqual([401, 'invalid_client', [7_000_215]]);
    const sandbox = {
      client_id: seedAppId('SmartConnect BC Sandbox'),
      client_secret: 'bc-8Q~local.bc-sand.opens-nothing-else',
    };
    expect(await said(sandbox)).toEqual([400, 'invalid_grant', [70_000]]);
    expect((await redeem(cloud, code)).status).toBe(200);
  });

  it('gives nothing for a resource that the person did not agree to', async () => {
    const cloud = testCloud();
    const answer = await redeem(cloud, await codeFor(cloud), { scope: 'User.Read' });
    expect(await refusal(answer)).toEqual([400, 'invalid_grant', [65_001]]);
  });

  it('is refused at another tenant', async () => {
    const cloud = testCloud();
    const tenantId = '11111111-2222-4333-8444-555555555555';
    const application = {
      appId: smartConnect.clientId,
      passwordCredentials: [
        { secretText: smartConnect.clientSecret, endDateTime: '2099-01-01T00:00:00Z' },
      ],
    };
    await cloud.control('PUT', 'tenant', { tenantId, applications: [application] });
    const code = await codeFor(cloud);
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: smartConnect.redirectUri,
    };
    const answer = await tokenCall(cloud, form, tenantId);
    expect(await refusal(answer)).toEqual([400, 'invalid_grant', [700_005]]);
    const { refresh_token: token = '' } = await tokens(cloud);
    const elsewhere = await tokenCall(
      cloud,
      { grant_type: 'refresh_token', refresh_token: token },
      tenantId,
    );
    expect(await refusal(elsewhere)).toEqual([400, 'interaction_required', [90_072]]);
  });

  it('takes PKCE only where it was begun with', async () => {
    const cloud = testCloud();
    const plain = { code_challenge: null, code_challenge_method: null };
    const code = await codeFor(cloud, null, plain);
    expect(await refusal(await redeem(cloud, code))).toEqual([400, 'invalid_grant', [501_481]]);
    expect((await redeem(cloud, code, { code_verifier: null })).status).toBe(200);
  });
});

describe('refreshing at the local Entra', () => {
  it('gives a new refresh token each time, and the old one stays good', async () => {
    const cloud = testCloud();
    const { refresh_token: first = '' } = await tokens(cloud);
    const second = (await (await refresh(cloud, first)).json()) as Record<string, string>;
    expect(second['refresh_token']).not.toBe(first);
    cloud.clock.advance(57 * DAY_MS);
    expect((await refresh(cloud, first)).status).toBe(200);
    expect((await refresh(cloud, second['refresh_token'] ?? '')).status).toBe(200);
  });

  it('ends what was idle for 90 days', async () => {
    const cloud = testCloud();
    await tenantWith(cloud, []);
    const { refresh_token: token = '' } = await tokensOf(cloud);
    cloud.clock.advance(90 * DAY_MS);
    expect((await refresh(cloud, token)).status).toBe(200);
    cloud.clock.advance(1);
    const answer = await refresh(cloud, token);
    expect(await refusal(answer)).toEqual([400, 'invalid_grant', [700_082]]);
  });

  it('looks at the person each time', async () => {
    const cloud = testCloud();
    const { refresh_token: token = '', access_token: access = '' } = await tokens(cloud);
    const erp = { id: String(decodeJwt(access)['oid']), userPrincipalName: 'erp@contoso.example' };
    await tenantWith(cloud, [{ ...erp, accountEnabled: false }]);
    expect(await refusal(await refresh(cloud, token))).toEqual([400, 'invalid_grant', [50_057]]);
    await tenantWith(cloud, []);
    expect(await refusal(await refresh(cloud, token))).toEqual([400, 'invalid_grant', [50_034]]);
    const revokedAt = '2026-11-25T09:00:00Z';
    await tenantWith(cloud, [{ ...erp, signInSessionsValidFromDateTime: revokedAt }]);
    const revoked = await (await refresh(cloud, token)).json();
    expect(revoked).toMatchObject({ error_codes: [50_173], suberror: 'bad_token' });
    await tenantWith(cloud, [erp]);
    const again = await refresh(cloud, token, {
      scope: 'https://api.businesscentral.dynamics.com/user_impersonation',
    });
    expect(again.status).toBe(200);
  });

  it('is refused to another client, for garbage, and for a resource without consent', async () => {
    const cloud = testCloud();
    const { refresh_token: token = '' } = await tokens(cloud);
    const sandbox = {
      client_id: seedAppId('SmartConnect BC Sandbox'),
      client_secret: 'bc-8Q~local.bc-sand.opens-nothing-else',
    };
    expect(await refusal(await refresh(cloud, token, sandbox))).toEqual([
      400,
      'invalid_grant',
      [70_000],
    ]);
    expect(await refusal(await refresh(cloud, token.slice(0, -3)))).toEqual([
      400,
      'invalid_grant',
      [9_002_313],
    ]);
    const graph = await refresh(cloud, token, { scope: 'User.Read' });
    expect(await graph.json()).toMatchObject({
      error: 'invalid_grant',
      error_codes: [65_001],
      suberror: 'consent_required',
    });
    const both = `User.Read https://api.businesscentral.dynamics.com/.default`;
    expect(await refusal(await refresh(cloud, token, { scope: both }))).toEqual([
      400,
      'invalid_request',
      [700_022],
    ]);
  });

  it('stops with the secret of the client and goes on with the next one, the grant untouched', async () => {
    const cloud = testCloud();
    const { refresh_token: token = '' } = await tokens(cloud);
    cloud.clock.advance(60 * DAY_MS);
    const ended = await refresh(cloud, token);
    expect(await refusal(ended)).toEqual([401, 'invalid_client', [7_000_222]]);
    cloud.clock.set('2026-11-26T08:00:00Z');
    expect((await refresh(cloud, token)).status).toBe(200);
  });

  it('serves another resource that the person agreed to', async () => {
    const cloud = testCloud();
    const path = authorizePath({ scope: 'User.Read' });
    const done = await submit(cloud, path, { user: 'erp@contoso.example', consent: 'accept' });
    expect(redirected(done).fields).toHaveProperty('code');
    const { refresh_token: token = '' } = await tokens(cloud);
    const answer = await refresh(cloud, token, { scope: 'User.Read' });
    const body = (await answer.json()) as Record<string, string>;
    expect(decodeJwt(body['access_token'] ?? '')).toMatchObject({
      aud: 'https://graph.microsoft.com',
      scp: 'User.Read',
    });
  });
});

async function tokensOf(cloud: TestCloud): Promise<Record<string, string>> {
  const users = [{ userPrincipalName: 'erp@contoso.example' }];
  const application = {
    appId: smartConnect.clientId,
    web: { redirectUris: ['http://localhost/oauth/callback'] },
    passwordCredentials: [
      { secretText: smartConnect.clientSecret, endDateTime: '2099-01-01T00:00:00Z' },
    ],
  };
  await cloud.control('PUT', 'tenant', { applications: [application], users });
  const scope = 'https://api.businesscentral.dynamics.com/user_impersonation offline_access';
  const answer = await redeem(cloud, await codeFor(cloud, 'erp@contoso.example', { scope }));
  return (await answer.json()) as Record<string, string>;
}
