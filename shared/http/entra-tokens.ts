import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';

/** Who an Entra access token speaks for. */
interface EntraPrincipal {
  tenantId: string;
  /** Object id of the user or servicePrincipal. */
  objectId: string;
  role: 'admin' | 'reader' | null;
}

export interface TokenVerifier {
  /**
   * Null for every token that does not count here, whatever is wrong with it. Throws AppError `service_unreachable`
   * when the keys to check it with cannot be read.
   */
  verify(token: string): Promise<EntraPrincipal | null>;
}

export interface TokenVerifierDeps {
  /** Origin of the cloud's login host. */
  loginUrl: string;
  /** The only tenant whose tokens carry roles here, whatever tenants are watched (security rule 3). */
  homeTenantId: string;
  /** The API's application id; null: no token is accepted. */
  audience: string | null;
  keys: JWTVerifyGetKey;
  clock: Pick<Clock, 'now'>;
}

/**
 * Accepts v2.0 access tokens of the home tenant for this API. Microsoft Learn: "Access token claims reference" (in
 * v2.0 tokens `aud` is the API's client id), "Secure applications and APIs by validating claims".
 */
export function createTokenVerifier(deps: TokenVerifierDeps): TokenVerifier {
  const { audience, homeTenantId } = deps;
  return {
    verify: async (token) => {
      if (audience === null) return null;
      try {
        const { payload } = await jwtVerify(token, deps.keys, {
          algorithms: ['RS256'],
          issuer: `${deps.loginUrl}/${homeTenantId}/v2.0`,
          audience,
          clockTolerance: CLOCK_SKEW_S,
          currentDate: deps.clock.now(),
          requiredClaims: ['exp', 'nbf', 'oid', 'tid'],
        });
        return principalOf(payload, homeTenantId);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
        throw error;
      }
    },
  };
}

const CLOCK_SKEW_S = 300;

const claimsSchema = z.object({
  tid: z.string(),
  oid: z.string(),
  ver: z.literal('2.0'),
  roles: z.array(z.string()).default([]),
});

function principalOf(payload: unknown, homeTenantId: string): EntraPrincipal | null {
  const { tid, oid, roles } = claimsSchema.parse(payload);
  // The issuer holds the tenant already; a token whose two statements differ is not one of Entra's.
  if (tid !== homeTenantId) return null;
  return { tenantId: tid, objectId: oid, role: roleOf(roles) };
}

function roleOf(roles: readonly string[]): EntraPrincipal['role'] {
  if (roles.includes('Keyturn.Admin')) return 'admin';
  return roles.includes('Keyturn.Reader') ? 'reader' : null;
}
