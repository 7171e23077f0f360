import type { Outcome } from '../broker/broker-deps.ts';
import type { GrantFailure } from '../broker/grant-state.ts';
import { AppError } from '../errors.ts';

/** The answer with a token (RFC 6749 §5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope: string;
}

/**
 * The answer for a caller. Throws AppError with the code, the HTTP status and the words of design §5 where there is no
 * token; `connect` is where somebody can sign in.
 */
export function tokenAnswer(outcome: Outcome, now: Date): TokenAnswer {
  if (!outcome.ok) throw refusalOf(outcome);
  const { token } = outcome;
  return {
    access_token: token.value,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((token.expiresAt.getTime() - now.getTime()) / 1000)),
    scope: token.scope,
  };
}

/** Why there is no token, as an error for whoever asked. */
export function refusalOf(outcome: Extract<Outcome, { ok: false }>): AppError {
  if (outcome.reason === 'failed') return refusalOfFailure(outcome.failure);
  if (outcome.reason === 'noGrant')
    return new AppError('sign_in_again', 'Nobody has signed in for this connection yet.');
  const { retryAfterSeconds } = outcome;
  return outcome.reason === 'tooSoon'
    ? new AppError('throttled', 'A refresh can be forced once a minute.', { retryAfterSeconds })
    : new AppError(
        'temporarily_unavailable',
        'Another request is getting the token. Try again in a moment.',
        { retryAfterSeconds },
      );
}

const CODES = {
  appCredentialBroken: 'app_credential_broken',
  reauthorizationRequired: 'sign_in_again',
  adminActionRequired: 'admin_action_required',
  misconfigured: 'misconfigured',
  degraded: 'temporarily_unavailable',
} as const;

/** Words of ours only: what the provider wrote may hold names and ids of others. */
function refusalOfFailure({
  status,
  title,
  nextAction,
  code,
  at,
  notBefore,
}: GrantFailure): AppError {
  const detail = `${title}${code === null ? '' : ` (${code})`}. ${nextAction}`;
  const waitSeconds = Math.ceil((Date.parse(notBefore) - Date.parse(at)) / 1000);
  const isForLater = status === 'degraded' || status === 'appCredentialBroken';
  return new AppError(
    CODES[status],
    detail,
    isForLater ? { retryAfterSeconds: Math.max(1, waitSeconds) } : {},
  );
}
