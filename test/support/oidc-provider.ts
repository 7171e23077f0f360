import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { Oauth2Provider } from '../../shared/connections/connection.ts';
import type { Egress } from '../../shared/egress.ts';

export const OIDC_ISSUER = 'https://id.example';
export const OIDC_CLIENT = {
  clientId: 'keyturn',
  secret: 'the-secret-of-the-application',
  redirectUri: 'https://keyturn.example/oauth/callback/crm',
  scopes: ['openid', 'offline_access'],
};
export const OIDC_PROVIDER: Oauth2Provider = {
  issuer: OIDC_ISSUER,
  authorizationEndpoint: `${OIDC_ISSUER}/auth`,
  tokenEndpoint: `${OIDC_ISSUER}/token`,
  jwksUri: `${OIDC_ISSUER}/jwks`,
  sendsIssuer: true,
  refreshTokens: 'rotating',
};

/** The certified provider, whose refresh tokens turn with each use; using an old one revokes the whole grant. */
export async function startOidcProvider() {
  const provider = new Provider(OIDC_ISSUER, {
    clients: [
      {
        client_id: OIDC_CLIENT.clientId,
        client_secret: OIDC_CLIENT.secret,
        redirect_uris: [OIDC_CLIENT.redirectUri],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      },
    ],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    rotateRefreshToken: true,
    ttl: { AccessToken: 3600, RefreshToken: 86_400, Grant: 86_400, IdToken: 3600 },
    findAccount: async (_ctx, accountId) => ({
      accountId,
      claims: async () => ({ sub: accountId }),
    }),
  });
  // Behind a proxy that speaks TLS, as it would be.
  provider.proxy = true;
  const handler = provider.callback();
  const server = createServer((request, response) => void handler(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const counts = { refreshes: 0, revoked: 0 };
  provider.on('grant.success', ({ oidc: { params } }) => {
    if (params?.['grant_type'] === 'refresh_token') counts.refreshes += 1;
  });
  provider.on('grant.revoked', () => (counts.revoked += 1));

  /** The issuer's host is this server's; there is no other one. */
  const egress: Egress = async ({ url, method = 'GET', headers = {}, body }) => {
    const { origin, pathname, search } = new URL(url);
    if (origin !== OIDC_ISSUER) throw new Error(`${origin} was called`);
    const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      method,
      headers: { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'id.example' },
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    };
  };

  /** What the sign-in page does when somebody has signed in and agreed. */
  const signIn = async (nonce: string, codeVerifier: string): Promise<string> => {
    const client = await provider.Client.find(OIDC_CLIENT.clientId);
    if (client === undefined) throw new Error('no client');
    const grant = new provider.Grant({ accountId: 'ann', clientId: client.clientId });
    const scope = OIDC_CLIENT.scopes.join(' ');
    grant.addOIDCScope(scope);
    const code = new provider.AuthorizationCode({
      client,
      accountId: 'ann',
      grantId: await grant.save(),
      redirectUri: OIDC_CLIENT.redirectUri,
      scope,
      nonce,
      codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      codeChallengeMethod: 'S256',
      authTime: Math.floor(Date.now() / 1000),
      sessionUid: randomUUID(),
      gty: 'authorization_code',
    });
    return code.save();
  };
  return {
    egress,
    signIn,
    counts,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
