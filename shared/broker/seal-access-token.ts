import type { AccessToken } from './access-token.ts';
import type { BrokerDeps } from './broker-deps.ts';
import { sealedForHolder, type GrantHolder } from './grant-holder.ts';
import type { SealedAccessToken } from './grant-state.ts';
import { seal } from './sealing.ts';
import type { TokenSet } from './token-provider.ts';

/** Lifetimes count from the question, so that a slow answer never makes a token look younger than it is. */
export function accessTokenOf(
  { scopes }: Pick<GrantHolder, 'scopes'>,
  { tokens, askedAt }: { tokens: TokenSet; askedAt: Date },
): AccessToken {
  const after = (seconds: number) => new Date(askedAt.getTime() + believable(seconds) * 1000);
  return {
    value: tokens.accessToken,
    // RFC 6749 §5.1: an answer without a scope means the one that was asked for.
    scope: tokens.scope === '' ? scopes.join(' ') : tokens.scope,
    issuedAt: askedAt,
    expiresAt: after(tokens.expiresInSeconds),
    refreshAt: tokens.refreshInSeconds === null ? null : after(tokens.refreshInSeconds),
  };
}

/** No token lives longer; what is no lifetime must not keep the new refresh token from being written. */
const MAX_SECONDS = 7 * 86_400;

function believable(seconds: number): number {
  return Number.isNaN(seconds) ? 0 : Math.min(Math.max(seconds, 0), MAX_SECONDS);
}

/** An access token as the state of this generation keeps it. */
export async function sealAccessToken(
  { sealing, randomBytes }: Pick<BrokerDeps, 'sealing' | 'randomBytes'>,
  holder: GrantHolder,
  { token, generation }: { token: AccessToken; generation: number },
): Promise<SealedAccessToken> {
  const expiresAt = token.expiresAt.toISOString();
  const key = await sealing.current();
  return {
    sealed: seal(
      token.value,
      sealedForHolder(holder, { purpose: 'accessToken', generation, expiresAt }),
      { key, randomBytes },
    ),
    scope: token.scope,
    issuedAt: token.issuedAt.toISOString(),
    expiresAt,
    refreshAt: token.refreshAt?.toISOString() ?? null,
  };
}
