import type { Clock } from '../clock.ts';
import type { SignedIn } from '../connections/connection-status.ts';
import type { Row } from '../storage/table.ts';
import {
  cookieNameOf,
  hashOfText,
  type AuthorizationRequest,
  type AuthorizationResult,
  type AuthorizationStore,
} from './authorization-request.ts';

export interface SpendStateDeps {
  authorizations: AuthorizationStore;
  clock: Pick<Clock, 'now'>;
}

/** How a round trip to a sign-in page ended. */
export interface AuthorizationEnd {
  result: AuthorizationResult;
  signedIn: SignedIn | null;
}

/** `unknown`: no such state, or not this browser: nothing was changed, and nothing is told. */
export type StateOutcome =
  | { status: 'unknown' }
  | { status: 'expired' }
  /** `isRepeat`: it ended before this call. */
  | {
      status: 'ended';
      result: AuthorizationResult;
      request: AuthorizationRequest;
      isRepeat: boolean;
    };

interface Spend {
  state: string | null;
  /** The address of ours at which the answer came in. */
  arrivedAt: string;
  purpose: AuthorizationRequest['purpose'];
  cookies: (name: string) => string | null;
}

/**
 * Looks at the state first, then at the cookie, before anything else in an answer counts (security rule 13); then uses
 * the state up, so that `act` runs once; a repeat is told how it ended.
 */
export async function spendState(
  deps: SpendStateDeps,
  spend: Spend,
  act: (request: AuthorizationRequest, stateHash: string) => Promise<AuthorizationEnd>,
): Promise<StateOutcome> {
  const stateHash = hashOfText(spend.state ?? '');
  const found = await requestOf(deps, spend, stateHash);
  if (found === null) return { status: 'unknown' };
  const { value: request } = found;
  if (request.stage !== 'open') {
    const result = request.stage === 'ended' ? request.result : 'tryAgain';
    return { status: 'ended', result, request, isRepeat: true };
  }
  if (new Date(request.expiresAt) <= deps.clock.now()) return { status: 'expired' };
  const usedAt = deps.clock.now().toISOString();
  if (!(await deps.authorizations.replace(found, { ...request, stage: 'used', usedAt })))
    return spendState(deps, spend, act);
  const { result, signedIn } = await act(request, stateHash);
  await note(deps, stateHash, { ...request, stage: 'ended', usedAt, result, signedIn });
  return { status: 'ended', result, request, isRepeat: false };
}

/**
 * The request of this state and of this browser; null where either is another one's, or where the answer came to another
 * address than the one that the request named: that is how a code of one provider would be handed to another (RFC 9700
 * §4.4.2.2), and how a code in a query would pass for Entra.
 */
async function requestOf(
  { authorizations }: SpendStateDeps,
  { state, arrivedAt, purpose, cookies }: Spend,
  stateHash: string,
): Promise<Row<AuthorizationRequest> | null> {
  const found = state === null ? null : await authorizations.get(stateHash);
  if (found === null || found.value.purpose !== purpose) return null;
  if (found.value.redirectUri !== arrivedAt) return null;
  const cookie = cookies(cookieNameOf(stateHash));
  return cookie !== null && hashOfText(cookie) === found.value.cookieHash ? found : null;
}

async function note(
  { authorizations }: SpendStateDeps,
  stateHash: string,
  request: AuthorizationRequest,
): Promise<void> {
  const current = await authorizations.get(stateHash);
  if (current !== null) await authorizations.replace(current, request);
}
