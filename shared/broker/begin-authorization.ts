import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connections/connection.ts';
import {
  AUTHORIZATION_MINUTES,
  cookieNameOf,
  hashOfText,
  type AuthorizationRequest,
  type AuthorizationStore,
} from './authorization-request.ts';
import type { SealingKeys } from './sealing-keys.ts';
import { seal, type SealedFor } from './sealing.ts';

export interface BeginAuthorizationDeps {
  authorizations: AuthorizationStore;
  sealing: SealingKeys;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
  /** Origin of this installation: the only source of redirect URIs (facts 2.9). */
  publicUrl: string;
}

export interface SignInCookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

export interface BegunAuthorization {
  redirectUri: string;
  /** Of 256 bits; only its hash is kept. */
  state: string;
  nonce: string;
  /** RFC 7636, S256. */
  codeChallenge: string;
  /** To be set in the browser that goes there: Secure, HttpOnly, SameSite=None, path /, so many seconds. */
  cookie: SignInCookie;
}

type Wanted = Pick<AuthorizationRequest, 'purpose' | 'expected' | 'linkHash'> & {
  connection: Connection;
};

/**
 * Writes down that a browser goes to a sign-in page, before it does: a state that is kept as a hash, a verifier that is
 * kept sealed, and a cookie that ties both to this browser. Security rule 13.
 */
export async function beginAuthorization(
  { authorizations, sealing, clock, randomBytes, publicUrl }: BeginAuthorizationDeps,
  { connection, ...wanted }: Wanted,
): Promise<BegunAuthorization> {
  const random = () => Buffer.from(randomBytes(32)).toString('base64url');
  const [state, cookieValue, codeVerifier, nonce] = [random(), random(), random(), random()];
  const stateHash = hashOfText(state);
  const redirectUri = redirectUriOf(connection, publicUrl);
  const now = clock.now();
  await authorizations.add(stateHash, {
    ...wanted,
    stage: 'open',
    connectionId: connection.id,
    instance: connection.instance,
    cookieHash: hashOfText(cookieValue),
    redirectUri,
    codeVerifier: seal(codeVerifier, verifierSealedFor(connection, stateHash), {
      key: await sealing.current(),
      randomBytes,
    }),
    nonce,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + AUTHORIZATION_MINUTES * 60_000).toISOString(),
  });
  return {
    redirectUri,
    state,
    nonce,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    cookie: {
      name: cookieNameOf(stateHash),
      value: cookieValue,
      maxAgeSeconds: AUTHORIZATION_MINUTES * 60,
    },
  };
}

function redirectUriOf({ id, kind }: Pick<Connection, 'id' | 'kind'>, publicUrl: string): string {
  return callbackUri(publicUrl, kind === 'oauth2' ? id : null);
}

/**
 * Where a provider sends browsers back to: Entra to one address for all connections (null), any other provider to one of
 * its connection's own. Mix-up (RFC 9700 §4.4): an answer counts only at the address that its sign-in was begun with.
 */
export function callbackUri(publicUrl: string, connectionId: string | null): string {
  return `${publicUrl}/oauth/callback${connectionId === null ? '' : `/${connectionId}`}`;
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
