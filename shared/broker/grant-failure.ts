import type { ConnectionStatus } from '../explain/rule.ts';
import type { GrantFailure } from './grant-state.ts';
import type { TokenError } from './token-error.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/**
 * So long the provider is left alone. What only a person can change is looked at again now and then, because the change
 * is often made where Keyturn does not see it.
 */
const PAUSE_MS: Record<ConnectionStatus, number> = {
  degraded: 15 * SECOND_MS,
  appCredentialBroken: 15 * MINUTE_MS,
  adminActionRequired: 15 * MINUTE_MS,
  misconfigured: 15 * MINUTE_MS,
  reauthorizationRequired: 60 * MINUTE_MS,
};
/** A secret that Entra does not know yet will soon be known (facts: 4 to 18 seconds measured, minutes reported). */
const PROPAGATION_MS = 10 * SECOND_MS;

/** What to remember of a refusal, and for how long. */
export function failureOf(
  { error, triedProofs }: { error: TokenError; triedProofs: readonly string[] },
  { now, random }: { now: Date; random: () => number },
): GrantFailure {
  const { status, code, title, nextAction, retryAfterSeconds, mayBePropagating } = error;
  const askedMs = retryAfterSeconds === null ? null : retryAfterSeconds * SECOND_MS;
  const pauseMs = askedMs ?? (mayBePropagating ? PROPAGATION_MS : PAUSE_MS[status]);
  // Up to a tenth later, so that connections of one application do not come back together.
  const notBefore = new Date(now.getTime() + pauseMs * (1 + random() / 10));
  return {
    status,
    code,
    title,
    nextAction,
    at: now.toISOString(),
    notBefore: notBefore.toISOString(),
    triedProofs: [...triedProofs],
    signInFrequencySeconds: error.signInFrequencySeconds,
  };
}
