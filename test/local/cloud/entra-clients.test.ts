import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';
import { redirected, smartConnect } from '../../support/local-entra.ts';
import { selfSigned } from '../../support/self-signed.ts';

// These clients look at the machine's clock.
const today = () => testCloud({ now: () => new Date() });

const scope = 'https://api.businesscentral.dynamics.com/.default';
const authority = `https://login.microsoftonline.com/${installation.tenantId}`;

/** MSAL's network, over the cloud port. */
function network(cloud: TestCloud): INetworkModule {
  const send = async (
    method: string,
    url: string,
    options?: { headers?: object; body?: string },
  ) => {
    const answer = await cloud.call(url.replace('https://', '/'), {
      method,
      headers: { ...options?.headers } as Record<string, string>,
      ...(options?.body === undefined ? {} : { body: options.body }),
    });
    const headers = Object.fromEntries(answer.headers);
    return { status: answer.status, headers, body: (await answer.json()) as never };
  };
  return {
    sendGetRequestAsync: async (url, options) => send('GET', url, options),
    sendPostRequestAsync: async (url, options) => send('POST', url, options),
  };
}

describe('MSAL at the local Entra', () => {
  function msal(cloud: TestCloud, auth: Record<string, unknown> = {}) {
    const { clientId, clientSecret } = smartConnect;
    return new ConfidentialClientApplication({
      auth: { clientId, authority, clientSecret, ...auth },
      system: { networkClient: network(cloud) },
    });
  }

  it('signs a person in, refreshes, and finds the account in its cache', async () => {
    const cloud = today();
    const client = msal(cloud);
    const { redirectUri } = smartConnect;
    const request = { scopes: [scope], redirectUri, nonce: 'a-nonce' };
    await cloud.control('POST', 'sign-in', { userPrincipalName: 'erp@contoso.example' });
    const url = await client.getAuthCodeUrl({ ...request, state: 'x' });
    const answer = await cloud.call(url.replace('https://', '/'));
    const { code = '' } = redirected(answer).fields;
    const tokens = await client.acquireTokenByCode({ ...request, code });
    expect(tokens.account).toMatchObject({
      tenantId: installation.tenantId,
      username: 'erp@contoso.example',
      name: 'ERP Integration',
    });
    if (tokens.account === null) throw new Error('no account');
    const silent = await client.acquireTokenSilent({
      account: tokens.account,
      scopes: [scope],
      forceRefresh: true,
    });
    expect(silent?.accessToken).not.toBe(tokens.accessToken);
  });

  it('asks as itself with a secret, a certificate, or the token of a managed identity', async () => {
    const cloud = today();
    const certificate = selfSigned('msal');
    const { broker } = installation.identities;
    const { clientId, clientSecret } = smartConnect;
    await cloud.control('PUT', 'tenant', {
      applications: [
        {
          appId: clientId,
          passwordCredentials: [{ secretText: clientSecret, endDateTime: '2099-01-01T00:00:00Z' }],
          keyCredentials: [
            { key: certificate.key, usage: 'Verify', endDateTime: '2099-01-01T00:00:00Z' },
          ],
          federatedIdentityCredentials: [{ issuer: `${authority}/v2.0`, subject: broker.objectId }],
        },
      ],
    });
    const thumbprintSha256 = Buffer.from(certificate.x5tS256, 'base64url').toString('hex');
    const privateKey = String(certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const proofs = [
      {},
      { clientSecret: undefined, clientCertificate: { thumbprintSha256, privateKey } },
      {
        clientSecret: undefined,
        clientAssertion: async () => cloud.token('api://AzureADTokenExchange', 'broker'),
      },
    ];
    for (const proof of proofs) {
      const answer = await msal(cloud, proof).acquireTokenByClientCredential({ scopes: [scope] });
      expect(answer?.accessToken).toMatch(/^ey/);
    }
  });
});

describe('openid-client at the local Entra', () => {
  it('discovers it, signs a person in with PKCE and state, and refreshes', async () => {
    const cloud = today();
    const config = await openid.discovery(
      new URL(`${authority}/v2.0`),
      smartConnect.clientId,
      undefined,
      openid.ClientSecretPost(smartConnect.clientSecret),
      {
        [openid.customFetch]: async (url, init) =>
          cloud.call(url.replace('https://', '/'), init as RequestInit),
      },
    );
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: smartConnect.redirectUri,
      scope: `openid offline_access ${scope}`,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: 'a-state',
      nonce: 'a-nonce',
    });
    await cloud.control('POST', 'sign-in', { userPrincipalName: 'erp@contoso.example' });
    const answer = await cloud.call(url.href.replace('https://', '/'));
    const tokens = await openid.authorizationCodeGrant(
      config,
      new URL(answer.headers.get('location') ?? ''),
      { pkceCodeVerifier, expectedState: 'a-state', expectedNonce: 'a-nonce' },
    );
    expect(tokens.claims()).toMatchObject({ preferred_username: 'erp@contoso.example' });
    const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(again.refresh_token).not.toBe(tokens.refresh_token);
  });
});
