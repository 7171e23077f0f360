import type { Outcome } from '../broker/broker-deps.ts';
import type { GrantFailure } from '../broker/grant-state.ts';
import type { KnownConnection } from '../connections/known-connections.ts';
import { displayText } from '../display-text.ts';
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
 * token; with whose account to sign in, and where, when that is the cure.
 */
export function tokenAnswer(
  outcome: Outcome,
  now: Date,
  known: KnownConnection | null = null,
): TokenAnswer {
  if (!outcome.ok) throw withAccount(refusalOf(outcome), known);
  const { token } = outcome;
  return {
    access_token: token.value,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((token.expiresAt.getTime() - now.getTime()) / 1000)),
    scope: token.scope,
  };
}

function withAccount(refusal: AppError, known: KnownConnection | null): AppError {
  if (refusal.code !== 'sign_in_again' || known === null) return refusal;
  const by = known.state?.authorizedBy ?? null;
  const name = by?.userName ?? by?.displayName ?? null;
  const who = name === null ? '' : ` as ${displayText(name)}`;
  return new AppError(
    refusal.code,
    `${refusal.message} To sign in${who}, ask an administrator of Keyturn for a link (POST /api/connections/${known.connection.id}/connect-links).`,
  );
}

/** Why there is no token, as an error for whoever asked. */
export function refusalOf(outcome: Extract<Outcome, { ok: false }>): AppError {
  if (outcome.reason === 'failed') return refusalOfFailure(outcome.failure);
  if (outcome.reason === 'noGrant')
    return new AppError('sign_in_again', 'Nobody has signed in for this connection yet.');
  if (outcome.reason === 'unapproved') return awaitingApproval();
  const { retryAfterSeconds } = outcome;
  return outcome.reason === 'tooSoon'
    ? new AppError('throttled', 'A refresh can be forced once a minute.', { retryAfterSeconds })
    : new AppError(
        'temporarily_unavailable',
        'Another request is getting the token. Try again in a moment.',
        { retryAfterSeconds },
      );
}

/** For a caller whose connection waits for an administrator's word about who signed in. */
export function awaitingApproval(): AppError {
  return new AppError(
    'admin_action_required',
    'An administrator has to approve the account that signed in.',
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
