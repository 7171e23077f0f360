import type { Cloud } from '../clouds.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import { AppError } from '../errors.ts';
import type { ExpectedUser } from './authorization-request.ts';
import {
  beginAuthorization,
  type BeginAuthorizationDeps,
  type SignInCookie,
} from './begin-authorization.ts';

export interface StartAuthorizationDeps extends BeginAuthorizationDeps {
  cloud: Cloud;
}

export interface StartedAuthorization {
  /** Where the browser goes. Holds no secret but the state, which is of no use without the cookie. */
  url: string;
  cookie: SignInCookie;
}

interface Start {
  connection: Connection;
  state: ConnectionState | null;
  /** Who has to sign in; by default whoever did last time. `anybody`: the connection is to change hands. */
  expected?: ExpectedUser | 'anybody';
  /** Fills the sign-in page's field. */
  loginHint?: string;
  /** Which connect link led here. */
  linkHash?: string | null;
}

/**
 * Begins a sign-in: authorization code flow with PKCE (RFC 7636, S256), a state of 256 bits that is kept as a hash, and a
 * cookie that ties it to one browser. Security rules 12 to 14. Throws `bad_request` for a connection that nobody signs
 * in to.
 */
export async function startAuthorization(
  deps: StartAuthorizationDeps,
  { connection, state, expected, loginHint, linkHash = null }: Start,
): Promise<StartedAuthorization> {
  if (connection.grantType !== 'authorizationCode')
    throw new AppError('bad_request', 'This connection signs in by itself: nobody has to.');
  const begun = await beginAuthorization(deps, {
    purpose: 'signIn',
    connection,
    expected: expected === 'anybody' ? null : (expected ?? expectedOf(state)),
    linkHash,
  });
  const url = authorizeUrl(connection, deps.cloud, {
    redirect_uri: begun.redirectUri,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: begun.codeChallenge,
    ...hintOf(loginHint ?? state?.authorizedBy?.userName ?? null),
  });
  return { url, cookie: begun.cookie };
}

/** Whoever did last time. */
export function expectedOf(state: ConnectionState | null): ExpectedUser | null {
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
