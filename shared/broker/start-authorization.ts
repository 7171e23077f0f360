import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../clouds.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import { AppError } from '../errors.ts';
import {
  AUTHORIZATION_MINUTES,
  cookieNameOf,
  hashOfText,
  type AuthorizationRequest,
  type AuthorizationStore,
  type ExpectedUser,
} from './authorization-request.ts';
import type { SealingKeys } from './sealing-keys.ts';
import { seal, type SealedFor } from './sealing.ts';

export interface StartAuthorizationDeps {
  authorizations: AuthorizationStore;
  sealing: SealingKeys;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
  cloud: Cloud;
  /** Origin of this installation: the only source of redirect URIs (facts 2.9). */
  publicUrl: string;
}

export interface StartedAuthorization {
  /** Where the browser goes. Holds no secret but the state, which is of no use without the cookie. */
  url: string;
  /** To be set in the browser that signs in: Secure, HttpOnly, SameSite=None, path /, so many seconds. */
  cookie: { name: string; value: string; maxAgeSeconds: number };
}

interface Start {
  connection: Connection;
  state: ConnectionState | null;
  /** Who has to sign in; by default whoever did last time. `anybody`: the connection is to change hands. */
  expected?: ExpectedUser | 'anybody';
  /** Fills the sign-in page's field. */
  loginHint?: string;
}

/**
 * Begins a sign-in: authorization code flow with PKCE (RFC 7636, S256), a state of 256 bits that is kept as a hash, and a
 * cookie that ties it to one browser. Security rules 12 to 14. Throws `bad_request` for a connection that nobody signs
 * in to.
 */
export async function startAuthorization(
  deps: StartAuthorizationDeps,
  { connection, state, expected, loginHint }: Start,
): Promise<StartedAuthorization> {
  if (connection.grantType !== 'authorizationCode')
    throw new AppError('bad_request', 'This connection signs in by itself: nobody has to.');
  const random = () => Buffer.from(deps.randomBytes(32)).toString('base64url');
  const [stateText, cookieValue, codeVerifier, nonce] = [random(), random(), random(), random()];
  const stateHash = hashOfText(stateText);
  const redirectUri = redirectUriOf(connection, deps.publicUrl);
  const now = deps.clock.now();
  const request: AuthorizationRequest = {
    stage: 'open',
    purpose: 'signIn',
    connectionId: connection.id,
    instance: connection.instance,
    cookieHash: hashOfText(cookieValue),
    redirectUri,
    codeVerifier: seal(codeVerifier, verifierSealedFor(connection, stateHash), {
      key: await deps.sealing.current(),
      randomBytes: deps.randomBytes,
    }),
    nonce,
    expected: expected === 'anybody' ? null : (expected ?? expectedOf(state)),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + AUTHORIZATION_MINUTES * 60_000).toISOString(),
  };
  await deps.authorizations.add(stateHash, request);
  const url = authorizeUrl(connection, deps.cloud, {
    redirect_uri: redirectUri,
    state: stateText,
    nonce,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    ...hintOf(loginHint ?? state?.authorizedBy?.userName ?? null),
  });
  return {
    url,
    cookie: {
      name: cookieNameOf(stateHash),
      value: cookieValue,
      maxAgeSeconds: AUTHORIZATION_MINUTES * 60,
    },
  };
}

/** Mix-up (RFC 9700 §4.4): each provider but Entra has a callback of its own. */
function redirectUriOf({ id, kind }: Pick<Connection, 'id' | 'kind'>, publicUrl: string): string {
  return `${publicUrl}/oauth/callback${kind === 'oauth2' ? `/${id}` : ''}`;
}

/** What the code verifier of a state is bound to. */
export function verifierSealedFor(
  { id, instance, tenantId, clientId }: Connection,
  stateHash: string,
): SealedFor {
  return {
    purpose: 'codeVerifier',
    connectionId: id,
    instance,
    tenantId: tenantId ?? '',
    clientId,
    scope: stateHash,
    generation: 0,
    expiresAt: '',
  };
}

function expectedOf(state: ConnectionState | null): ExpectedUser | null {
  const by = state?.authorizedBy ?? null;
  if (by === null) return null;
  const { issuer, subject, tenantId, objectId } = by;
  return { issuer, subject, tenantId, objectId };
}

function hintOf(userName: string | null): Record<string, string> {
  return userName === null ? {} : { login_hint: userName };
}

/** Microsoft Learn, "Microsoft identity platform and OAuth 2.0 authorization code flow", "Request an authorization code". */
function authorizeUrl(
  { kind, tenantId, clientId, scopes, oauth2 }: Connection,
  { loginUrl }: Cloud,
  more: Record<string, string>,
): string {
  const isEntra = kind !== 'oauth2';
  const endpoint = isEntra
    ? `${loginUrl}/${tenantId ?? ''}/oauth2/v2.0/authorize`
    : oauth2?.authorizationEndpoint;
  if (endpoint === null || endpoint === undefined)
    throw new AppError('bad_request', 'The provider of this connection has no page to sign in on.');
  const url = new URL(endpoint);
  const wanted = isEntra ? ['openid', 'profile', 'offline_access', ...scopes] : scopes;
  const query = {
    client_id: clientId,
    response_type: 'code',
    scope: [...new Set(wanted)].join(' '),
    code_challenge_method: 'S256',
    // Entra alone: the code comes in a form, never in a URL; and the integration's account is picked, not the admin's.
    ...(isEntra ? { response_mode: 'form_post', prompt: 'select_account' } : {}),
    ...more,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
