import type { Clock } from '../clock.ts';
import type { Egress } from '../egress.ts';
import { createCallerTokens, type CallerTokenVerifier } from './caller-tokens.ts';
import { entraKeys } from './entra-keys.ts';
import { createTokenVerifier, type TokenVerifier } from './entra-tokens.ts';

export interface TokenVerifiersDeps {
  loginUrl: string;
  homeTenantId: string;
  /** KEYTURN_API_AUDIENCE; null where Entra tokens are no way in. */
  audience: string | null;
  egress: Egress;
  clock: Clock;
}

/** What knows Entra tokens: those of administrators, of the home tenant, and those of callers, of any. */
export function createTokenVerifiers({
  loginUrl,
  homeTenantId,
  audience,
  egress,
  clock,
}: TokenVerifiersDeps): { tokens: TokenVerifier; callerTokens: CallerTokenVerifier } {
  const keysOf = (tenant: string) =>
    entraKeys({ url: `${loginUrl}/${tenant}/discovery/v2.0/keys`, egress, clock });
  const keys = keysOf(homeTenantId);
  return {
    tokens: createTokenVerifier({ loginUrl, homeTenantId, audience, keys, clock }),
    callerTokens: createCallerTokens({ loginUrl, audience, keys: keysOf('common'), clock }),
  };
}
