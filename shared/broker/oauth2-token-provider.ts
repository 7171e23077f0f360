import type * as openid from 'openid-client';
import type { Oauth2Provider } from '../connections/connection.ts';
import type { Egress } from '../egress.ts';
import { identityIn } from './id-token.ts';
import { oauth2Network } from './oauth2-network.ts';
import type { TokenError } from './token-error.ts';
import type {
  ProviderAnswer,
  ProviderCall,
  SignedInIdentity,
  TokenProvider,
  TokenSet,
} from './token-provider.ts';

/** How each application sends its secret, as far as this process has learnt it. */
export type ClientMethods = Map<string, ClientMethod>;

type ClientMethod = 'basic' | 'post';

export interface Oauth2TokenProviderDeps {
  egress: Egress;
  methods: ClientMethods;
  provider: Oauth2Provider;
}

/**
 * The token endpoint of any OAuth 2.0 or OpenID provider; openid-client builds the request and checks the id token. The
 * secret goes as HTTP Basic, which every provider must take (RFC 6749 §2.3.1), and in the form to those that refuse it.
 */
export function oauth2TokenProvider(deps: Oauth2TokenProviderDeps): TokenProvider {
  const { provider } = deps;
  return {
    keepsOldRefreshToken: provider.refreshTokens === 'reusable',
    redeemCode: (call) => {
      const { issuer } = provider;
      // Nothing but a known issuer makes an id token worth reading.
      const isOpenId = issuer !== null && call.client.scopes.includes('openid');
      const url = new URL(call.redirectUri);
      url.searchParams.set('code', call.code);
      return asked(deps, call, {
        keepsIdToken: isOpenId,
        ask: async ({ client, config }) => {
          if (isOpenId && provider.jwksUri !== null) client.enableNonRepudiationChecks(config);
          const tokens = await client.authorizationCodeGrant(config, url, {
            // Ours was compared before anything else in the answer was looked at (security rule 13).
            expectedState: client.skipStateCheck,
            pkceCodeVerifier: call.codeVerifier,
            ...(isOpenId ? { expectedNonce: call.nonce } : {}),
          });
          return isOpenId ? signedIn(tokens.id_token, { call, issuer }) : null;
        },
      });
    },
    refresh: (call) =>
      asked(deps, call, {
        // Who signed in is known. A token that does not check must not cost the refresh token beside it.
        keepsIdToken: false,
        ask: async ({ client, config }) => {
          await client.refreshTokenGrant(config, call.refreshToken);
          return null;
        },
      }),
    clientCredentials: (call) =>
      asked(deps, call, {
        keepsIdToken: false,
        ask: async ({ client, config }) => {
          const scope = call.client.scopes.filter((one) => !OF_PEOPLE.has(one)).join(' ');
          await client.clientCredentialsGrant(config, scope === '' ? {} : { scope });
          return null;
        },
      }),
  };
}

type OpenIdClient = typeof openid;

interface Grant {
  keepsIdToken: boolean;
  ask: (open: {
    client: OpenIdClient;
    config: openid.Configuration;
  }) => Promise<SignedInIdentity | null>;
}

/** Mean nothing where nobody signs in. */
const OF_PEOPLE = new Set(['openid', 'profile', 'email', 'offline_access']);

async function asked(
  deps: Oauth2TokenProviderDeps,
  call: ProviderCall,
  grant: Grant,
): Promise<ProviderAnswer> {
  const { methods, provider } = deps;
  const name = `${call.client.clientId} ${provider.tokenEndpoint}`;
  const known = methods.get(name);
  const first = known ?? 'basic';
  const answer = await askedBy(deps, call, { ...grant, method: first });
  if (known !== undefined || answer.ok || !answer.error.refusedClient) {
    if (answer.ok) methods.set(name, first);
    return answer;
  }
  const second = await askedBy(deps, call, { ...grant, method: 'post' });
  // What was refused for anything else than the client itself shows that the client was taken.
  if (second.ok || !second.error.refusedClient) methods.set(name, 'post');
  return second;
}

async function askedBy(
  { egress, provider }: Oauth2TokenProviderDeps,
  { client: { clientId }, proof, timeoutMs }: ProviderCall,
  { keepsIdToken, ask, method }: Grant & { method: ClientMethod },
): Promise<ProviderAnswer> {
  // Security rule 11: nobody but Entra gets an assertion.
  if (proof.type !== 'secret') return { ok: false, error: NOT_A_SECRET };
  const client = await import('openid-client');
  const network = oauth2Network({ egress, timeoutMs, keepsIdToken });
  const config = new client.Configuration(
    serverOf(provider),
    clientId,
    {},
    authBy(client, method)(proof.value),
  );
  config[client.customFetch] = network.fetch;
  try {
    const identity = await ask({ client, config });
    return { ok: true, tokens: tokensIn(network.received() ?? {}, identity) };
  } catch (error) {
    const refusal = network.refusal();
    if (refusal !== null) return { ok: false, error: refusal };
    const received = network.received();
    if (received === null) throw error;
    // The provider gave tokens. A new refresh token may be the only one that still works, so it is kept; only the
    // word of who signed in has to be beyond doubt.
    return keepsIdToken
      ? { ok: false, error: NOT_PROVEN }
      : { ok: true, tokens: tokensIn(received, null) };
  }
}

function authBy(client: OpenIdClient, method: ClientMethod): (secret: string) => openid.ClientAuth {
  return method === 'basic' ? client.ClientSecretBasic : client.ClientSecretPost;
}

/** OpenID Connect Core §3.1.3.7: whatever signature the provider's published keys make, but never none. */
const SIGNATURES = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

function serverOf({ issuer, tokenEndpoint, jwksUri }: Oauth2Provider) {
  return {
    issuer: issuer ?? new URL(tokenEndpoint).origin,
    token_endpoint: tokenEndpoint,
    id_token_signing_alg_values_supported: SIGNATURES,
    ...(jwksUri === null ? {} : { jwks_uri: jwksUri }),
  };
}

/** By issuer and subject alone (security rule 12). */
function signedIn(
  idToken: string | undefined,
  { call, issuer }: { call: ProviderCall; issuer: string },
): SignedInIdentity | null {
  const identity = identityIn(idToken ?? null, {
    clientId: call.client.clientId,
    issuer: () => issuer,
  });
  return identity === null ? null : { ...identity, tenantId: null, objectId: null };
}

/** RFC 6749 §5.1 only recommends `expires_in`; most that leave it out mean an hour. */
const USUAL_SECONDS = 3600;

function tokensIn(body: Record<string, unknown>, identity: SignedInIdentity | null): TokenSet {
  const seconds = Number(body['expires_in'] ?? Number.NaN);
  return {
    accessToken: String(body['access_token']),
    expiresInSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : USUAL_SECONDS,
    refreshInSeconds: null,
    scope: textOf(body['scope']) ?? '',
    refreshToken: textOf(body['refresh_token']),
    identity,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const QUIET = {
  code: null,
  refusedClient: false,
  mayBePropagating: false,
  retryAfterSeconds: null,
  signInFrequencySeconds: null,
};

const NOT_A_SECRET: TokenError = {
  ...QUIET,
  status: 'misconfigured',
  title: 'This provider is only ever shown a client secret',
  nextAction: 'Enter the client secret of the application.',
};

const NOT_PROVEN: TokenError = {
  ...QUIET,
  status: 'misconfigured',
  title: 'The provider’s word about who signed in does not check',
  nextAction:
    'Compare issuer and client id of the connection with the provider’s, then sign in again.',
};
