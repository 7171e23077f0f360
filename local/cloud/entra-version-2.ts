import type { JWTPayload } from 'jose';
import { inVersion2 } from './access-tokens.ts';
import type { Resource } from './entra-resources.ts';

/** Whether an API asked for access tokens of version 2.0 in its registration. */
export function wantsVersion2({ application }: Resource): boolean {
  const api = application?.['api'] as { requestedAccessTokenVersion?: number } | undefined;
  return api?.requestedAccessTokenVersion === 2;
}

/** Version 2.0 names issuer and client differently, and has `idtyp` only as an optional claim. */
export function asVersion2(claims: JWTPayload, { application }: Resource): JWTPayload {
  const { idtyp, ...rest } = inVersion2(claims);
  const optional = JSON.stringify(application?.['optionalClaims'] ?? null);
  return {
    ...rest,
    aud: String(application?.['appId']),
    ...(idtyp !== undefined && optional.includes('"idtyp"') ? { idtyp } : {}),
  };
}
