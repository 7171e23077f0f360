import { createHash, X509Certificate } from 'node:crypto';
import type {
  AuthenticationResult,
  ConfidentialClientApplication,
  INetworkModule,
  NodeAuthOptions,
} from '@azure/msal-node';
import type { Cloud } from '../clouds.ts';
import type { Egress } from '../egress.ts';
import { identityIn } from './id-token.ts';
import { tokenNetwork } from './entra-token-network.ts';
import type { ClientProof, ProviderAnswer, ProviderCall, TokenProvider } from './token-provider.ts';

export interface EntraTokenProviderDeps {
  cloud: Cloud;
  egress: Egress;
}

/**
 * Entra's token endpoint, v2.0. MSAL builds and signs the request; it gets a client of its own for each call, so nothing
 * of one connection, and no pause after an error, reaches another one (facts 2.10: one user's 503 blocked all others).
 * Microsoft Learn, "Microsoft identity platform and OAuth 2.0 authorization code flow", "… client credentials flow".
 */
export function entraTokenProvider(deps: EntraTokenProviderDeps): TokenProvider {
  return {
    // "Refresh tokens in the Microsoft identity platform": the old one is not revoked when a new one is given.
    keepsOldRefreshToken: true,
    redeemCode: (call) =>
      asked(deps, call, (client, scopes) =>
        client.acquireTokenByCode({
          code: call.code,
          codeVerifier: call.codeVerifier,
          redirectUri: call.redirectUri,
          // MSAL 7 refuses an id token with a nonce that it was not told of.
          nonce: call.nonce,
          scopes,
        }),
      ),
    refresh: (call) =>
      asked(deps, call, (client, scopes) =>
        // Without forceCache MSAL throws the new refresh token away.
        client.acquireTokenByRefreshToken({
          refreshToken: call.refreshToken,
          scopes,
          forceCache: true,
        }),
      ),
    clientCredentials: (call) =>
      asked(deps, call, (client, scopes) =>
        client.acquireTokenByClientCredential({ scopes, skipCache: true }),
      ),
  };
}

type Ask = (
  client: ConfidentialClientApplication,
  scopes: string[],
) => Promise<AuthenticationResult | null>;

/** MSAL adds these itself, and refuses them for an application of its own. */
const RESERVED = new Set(['openid', 'profile', 'offline_access']);

async function asked(
  { cloud, egress }: EntraTokenProviderDeps,
  { client, proof, timeoutMs }: ProviderCall,
  ask: Ask,
): Promise<ProviderAnswer> {
  // The largest part of a cold start that needs it; most calls are answered from memory.
  const msal = await import('@azure/msal-node');
  const network = tokenNetwork({ egress, timeoutMs, AuthError: msal.AuthError });
  const application = new msal.ConfidentialClientApplication({
    auth: {
      clientId: client.clientId,
      ...authority(cloud, client.tenantId),
      ...proofOf(proof),
    },
    system: { networkClient: network satisfies INetworkModule },
  });
  try {
    await ask(
      application,
      client.scopes.filter((scope) => !RESERVED.has(scope)),
    );
  } catch (error) {
    const refusal = network.refusalIn(error);
    if (refusal !== null) return { ok: false, error: refusal };
    // What MSAL makes of an answer with a token is its own affair (a nonce that the caller compares as well, a member in
    // another form): it is read below.
    if (network.received() === null) throw error;
  }
  const { clientId } = client;
  return { ok: true, tokens: tokensIn(network.received() ?? {}, { cloud, clientId }) };
}

/** Everything that discovery would say, so that MSAL asks nobody for it. */
function authority(
  { loginUrl }: Cloud,
  tenantId: string,
): Pick<NodeAuthOptions, 'authority' | 'authorityMetadata'> {
  const base = `${loginUrl}/${tenantId}`;
  return {
    authority: base,
    authorityMetadata: JSON.stringify({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    }),
  };
}

function proofOf(
  proof: ClientProof,
): Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate' | 'clientAssertion'> {
  if (proof.type === 'secret') return { clientSecret: proof.value };
  if (proof.type === 'assertion') return { clientAssertion: proof.assertion };
  const { privateKey, certificate } = proof;
  const thumbprintSha256 = createHash('sha256')
    .update(new X509Certificate(certificate).raw)
    .digest('hex');
  return { clientCertificate: { privateKey, x5c: certificate, thumbprintSha256 } };
}

function tokensIn(
  body: Record<string, unknown>,
  { cloud, clientId }: { cloud: Cloud; clientId: string },
): Extract<ProviderAnswer, { ok: true }>['tokens'] {
  const issuer = (tenantId: string | null) => `${cloud.loginUrl}/${tenantId ?? ''}/v2.0`;
  const refreshInSeconds = Number(body['refresh_in'] ?? Number.NaN);
  return {
    accessToken: String(body['access_token']),
    // The v1.0 endpoint wrote numbers as texts.
    expiresInSeconds: Number(body['expires_in'] ?? 0),
    refreshInSeconds: Number.isFinite(refreshInSeconds) ? refreshInSeconds : null,
    scope: textOf(body['scope']) ?? '',
    refreshToken: textOf(body['refresh_token']),
    identity: identityIn(textOf(body['id_token']), { clientId, issuer }),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
