import { decodeJwt } from 'jose';
import type { SignedInIdentity } from './token-provider.ts';

/**
 * Who signed in, from an id token that came straight from the token endpoint over TLS, where its signature need not be
 * checked (OpenID Connect Core §3.1.3.7, item 6). Null for what is not meant for this client, or is no token.
 */
export function identityIn(
  idToken: string | null,
  { clientId, issuer }: { clientId: string; issuer: (tenantId: string | null) => string },
): SignedInIdentity | null {
  const claims = claimsOf(idToken);
  if (claims === null) return null;
  const { iss, sub, aud } = claims;
  const tenantId = textOf(claims['tid'])?.toLowerCase() ?? null;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (iss !== issuer(tenantId) || sub === undefined || !audiences.includes(clientId)) return null;
  return {
    issuer: iss,
    subject: sub,
    tenantId,
    objectId: textOf(claims['oid'])?.toLowerCase() ?? null,
    displayName: textOf(claims['name']),
    userName: textOf(claims['preferred_username']),
    nonce: textOf(claims['nonce']),
  };
}

function claimsOf(idToken: string | null): ReturnType<typeof decodeJwt> | null {
  try {
    return idToken === null ? null : decodeJwt(idToken);
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
