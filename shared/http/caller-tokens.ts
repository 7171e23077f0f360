import { decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';

/** An Entra caller, as `allowedCallers` may name it. */
interface TokenPrincipal {
  /** `{tid}/app/{appId}` for an application, `{tid}/oid/{objectId}` for whoever the token is about. */
  entries: string[];
  /** The application that got the token for itself, where the token does not say so: `idtyp` is missing. */
  unproven: string | null;
}

export interface CallerTokenVerifier {
  /** Null for every token that does not count, whatever is wrong with it. Throws `service_unreachable`. */
  verify(token: string): Promise<TokenPrincipal | null>;
}

export interface CallerTokenDeps {
  /** Origin of the cloud's login host. */
  loginUrl: string;
  audience: string | null;
  /** The keys of the cloud, which sign for every tenant. */
  keys: JWTVerifyGetKey;
  clock: Pick<Clock, 'now'>;
}

const CLOCK_SKEW_S = 300;
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const claimsSchema = z.object({
  tid: z.string(),
  oid: z.string(),
  ver: z.literal('2.0'),
  azp: z.string().optional(),
  idtyp: z.string().optional(),
  scp: z.string().optional(),
});

/**
 * Verifies v2.0 access tokens of any tenant for this API. A tenant gives nobody anything here: only an entry of a
 * connection does, and it names the tenant (security rules 3 and 4). An application counts as one only with `idtyp=app`
 * and without `scp`: otherwise a person's token would pass for the program that he uses. Microsoft Learn, "Access token
 * claims reference", "Optional claims reference".
 */
export function createCallerTokens(deps: CallerTokenDeps): CallerTokenVerifier {
  const { audience, loginUrl, keys, clock } = deps;
  return {
    verify: async (token) => {
      const tenantId = tenantIn(token);
      if (audience === null || tenantId === null) return null;
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ['RS256'],
          issuer: `${loginUrl}/${tenantId}/v2.0`,
          audience,
          clockTolerance: CLOCK_SKEW_S,
          currentDate: clock.now(),
          requiredClaims: ['exp', 'nbf', 'oid', 'tid'],
        });
        return principalOf(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
        throw error;
      }
    },
  };
}

/** Only says which issuer has to have signed it. */
function tenantIn(token: string): string | null {
  try {
    const { tid } = decodeJwt(token);
    return typeof tid === 'string' && GUID.test(tid) ? tid : null;
  } catch {
    return null;
  }
}

function principalOf(payload: unknown): TokenPrincipal {
  const { tid, oid, azp, idtyp, scp } = claimsSchema.parse(payload);
  const application =
    azp === undefined || scp !== undefined ? null : `${tid}/app/${azp}`.toLowerCase();
  const isProven = application !== null && idtyp === 'app';
  return {
    entries: [`${tid}/oid/${oid}`.toLowerCase(), ...(isProven ? [application] : [])],
    unproven: idtyp === undefined ? application : null,
  };
}
