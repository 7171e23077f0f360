import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { seedAppId } from '../../../local/cloud/seed-apis.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';
import { codeFor, redeem, refusal, tokenCall } from '../../support/local-entra.ts';
import { selfSigned } from '../../support/self-signed.ts';

const appId = 'a1a1a1a1-0000-4000-8000-000000000001';
const certificate = selfSigned('keyturn-test');
const other = selfSigned('someone else');
const issuer = `https://login.microsoftonline.com/${installation.tenantId}/v2.0`;
const tokenEndpoint = `https://login.microsoftonline.com/${installation.tenantId}/oauth2/v2.0/token`;

async function tenantOf(cloud: TestCloud, more: Record<string, unknown> = {}): Promise<void> {
  await cloud.control('PUT', 'tenant', {
    applications: [
      {
        appId,
        displayName: 'Signs with a certificate',
        web: { redirectUris: ['http://localhost/oauth/callback'] },
        keyCredentials: [
          { key: certificate.key, usage: 'Verify', endDateTime: '2027-01-01T00:00:00Z' },
        ],
        ...more,
      },
    ],
    users: [{ userPrincipalName: 'erp@contoso.example' }],
  });
}

interface Wish {
  claims?: Record<string, unknown>;
  header?: { alg?: string; x5t?: string; 'x5t#S256'?: string; kid?: string };
  key?: typeof certificate;
}

/** An assertion as MSAL makes it, or as it must not be. */
async function assertion(cloud: TestCloud, wish: Wish = {}): Promise<string> {
  const now = Math.floor(cloud.clock.now().getTime() / 1000);
  return new SignJWT({
    iss: appId,
    sub: appId,
    aud: tokenEndpoint,
    nbf: now,
    exp: now + 600,
    jti: 'one',
    ...wish.claims,
  })
    .setProtectedHeader({
      alg: 'PS256',
      'x5t#S256': certificate.x5tS256,
      ...wish.header,
    })
    .sign((wish.key ?? certificate).privateKey);
}

function proof(text: string): Record<string, string | null> {
  return {
    client_id: appId,
    client_secret: null,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: text,
  };
}

async function appOnly(cloud: TestCloud, text: string): Promise<Response> {
  const scope = 'https://graph.microsoft.com/.default';
  return tokenCall(cloud, { grant_type: 'client_credentials', scope, ...proof(text) });
}

describe('a client assertion with a certificate', () => {
  it('is as good as a secret, named by any thumbprint', async () => {
    const cloud = testCloud();
    await tenantOf(cloud);
    const hex = Buffer.from(certificate.x5t, 'base64url').toString('hex').toUpperCase();
    const named = [
      { alg: 'PS256' },
      { alg: 'RS256', 'x5t#S256': undefined, x5t: certificate.x5t },
      { alg: 'RS256', 'x5t#S256': undefined, kid: hex },
    ];
    for (const header of named) {
      const text = await assertion(cloud, { header: header as Wish['header'] & object });
      expect((await appOnly(cloud, text)).status, header.alg).toBe(200);
    }
  });

  it('redeems a code and refreshes too', async () => {
    const cloud = testCloud();
    await tenantOf(cloud);
    const scope = 'https://api.businesscentral.dynamics.com/user_impersonation offline_access';
    const code = await codeFor(cloud, null, { client_id: appId, scope });
    const first = await redeem(cloud, code, proof(await assertion(cloud)));
    const { refresh_token: token } = (await first.json()) as { refresh_token: string };
    const again = await tokenCall(cloud, {
      grant_type: 'refresh_token',
      refresh_token: token,
      ...proof(await assertion(cloud)),
    });
    expect(again.status).toBe(200);
  });

  it('is refused by the numbers that Entra uses', async () => {
    const cloud = testCloud();
    await tenantOf(cloud);
    const said = async (wish: Wish) =>
      (await refusal(await appOnly(cloud, await assertion(cloud, wish))))[2];
    const named = (one: typeof certificate) => ({ 'x5t#S256': one.x5tS256 });
    expect(await said({ key: other, header: named(other) })).toEqual([700_027]);
    expect(await said({ key: other })).toEqual([700_027]);
    expect(await said({ claims: { aud: 'https://elsewhere.example' } })).toEqual([700_023]);
    expect(await said({ claims: { sub: 'someone' } })).toEqual([700_021]);
    expect(await said({ claims: { exp: 1_700_000_000 } })).toEqual([700_024]);
    expect(await said({ claims: { nbf: 4_000_000_000, exp: 4_000_000_600 } })).toEqual([700_024]);
    expect(await said({ header: { alg: 'RS512' } })).toEqual([5_002_738]);
    expect(await refusal(await appOnly(cloud, 'garbage'))).toEqual([
      400,
      'invalid_request',
      [50_027],
    ]);
    await tenantOf(cloud, {
      keyCredentials: [
        { key: certificate.key, usage: 'Verify', endDateTime: '2026-11-24T00:00:00Z' },
      ],
    });
    const ended = (await (await appOnly(cloud, await assertion(cloud))).json()) as object;
    expect(ended).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('The key used is expired') as string,
    });
  });
});

describe('a managed identity instead of a secret', () => {
  const { broker, monitor } = installation.identities;

  async function identityToken(cloud: TestCloud, name: 'broker' | 'monitor' = 'broker') {
    return cloud.token('api://AzureADTokenExchange', name);
  }

  it('proves the client that trusts it, in every grant', async () => {
    const cloud = testCloud();
    await tenantOf(cloud, { federatedIdentityCredentials: [{ issuer, subject: broker.objectId }] });
    const text = await identityToken(cloud);
    expect((await appOnly(cloud, text)).status).toBe(200);
    const scope = 'https://api.businesscentral.dynamics.com/user_impersonation offline_access';
    const code = await codeFor(cloud, null, { client_id: appId, scope });
    const first = await redeem(cloud, code, proof(text));
    const { refresh_token: token } = (await first.json()) as { refresh_token: string };
    const form = { grant_type: 'refresh_token', refresh_token: token, ...proof(text) };
    expect((await tokenCall(cloud, form)).status).toBe(200);
  });

  it('is seeded for BC Reporting', async () => {
    const cloud = testCloud();
    const answer = await tokenCall(cloud, {
      grant_type: 'client_credentials',
      scope: 'https://api.businesscentral.dynamics.com/.default',
      ...proof(await identityToken(cloud)),
      client_id: seedAppId('BC Reporting'),
    });
    expect(answer.status).toBe(200);
  });

  it('is refused where issuer, audience or subject is not the one that is trusted', async () => {
    const cloud = testCloud();
    const said = async (credential: Record<string, unknown>, text: string) => {
      await tenantOf(cloud, { federatedIdentityCredentials: [credential] });
      return refusal(await appOnly(cloud, text));
    };
    const good = { issuer, subject: broker.objectId };
    const text = await identityToken(cloud);
    const invalid = (number: number) => [401, 'invalid_client', [number]];
    expect(await said({ ...good, issuer: `${issuer}/` }, text)).toEqual(invalid(700_211));
    expect(await said({ ...good, audiences: ['api://else'] }, text)).toEqual(invalid(700_212));
    expect(await said({ ...good, subject: monitor.objectId }, text)).toEqual(invalid(700_213));
    const upperCase = broker.objectId.toUpperCase();
    expect(await said({ ...good, subject: upperCase }, text)).toEqual(invalid(700_213));
    expect(await said(good, await identityToken(cloud, 'monitor'))).toEqual(invalid(700_213));
    const claims = { iss: issuer, sub: broker.objectId, aud: 'api://AzureADTokenExchange' };
    expect(await said(good, await assertion(cloud, { claims }))).toEqual(invalid(50_013));
    await tenantOf(cloud, { federatedIdentityCredentials: [good] });
    cloud.clock.advance(86_400_000);
    expect(await refusal(await appOnly(cloud, text))).toEqual(invalid(700_024));
  });
});
