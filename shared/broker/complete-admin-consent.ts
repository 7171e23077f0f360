import type { Connection } from '../connections/connection.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import { reasonOf } from '../failure-text.ts';
import type { TokenBroker } from './acquire-token.ts';
import { resultOfError } from './authorization-error.ts';
import type { AuthorizationRequest, AuthorizationResult } from './authorization-request.ts';
import type {
  CallbackEnd,
  CallbackFields,
  CompleteAuthorizationDeps,
} from './complete-authorization.ts';
import type { ConnectLink } from './connect-links.ts';
import { startOfLink } from './connect-by-link.ts';
import { holderOf } from './holder-of.ts';
import { noteLinkEnd } from './note-link-end.ts';
import { spendState } from './spend-state.ts';
import {
  startAuthorization,
  type StartAuthorizationDeps,
  type StartedAuthorization,
} from './start-authorization.ts';

export interface CompleteAdminConsentDeps
  extends CompleteAuthorizationDeps, Pick<StartAuthorizationDeps, 'cloud' | 'publicUrl'> {
  tokens: TokenBroker;
}

/** `signIn`: whoever began it was on the way to a sign-in, which goes on by itself in the same browser. */
export type AdminConsentOutcome =
  | { status: 'unknown' }
  | { status: 'expired' }
  | CallbackEnd
  | { status: 'signIn'; started: StartedAuthorization };

/**
 * Takes the answer of the page for admin consent. It comes in a query that anybody can write, so nothing in it counts but
 * the state, with the cookie of the browser that began (security rules 13 and 15): a grant that is there is tried, or
 * the sign-in goes on; whether consent was given, the provider says then.
 */
export async function completeAdminConsent(
  deps: CompleteAdminConsentDeps,
  fields: Pick<CallbackFields, 'arrivedAt' | 'state' | 'error' | 'errorDescription'>,
  cookies: (name: string) => string | null,
): Promise<AdminConsentOutcome> {
  const { state, arrivedAt } = fields;
  const spend = { state, arrivedAt, purpose: 'adminConsent', cookies } as const;
  const outcome = await spendState(deps, spend, async (request) => ({
    result: await resultOf(deps, request, fields),
    signedIn: null,
  }));
  if (outcome.status !== 'ended') return outcome;
  const { request, result, isRepeat } = outcome;
  const { connectionId } = request;
  if (isRepeat) return { status: 'ended', result, connectionId, usedLink: null };
  const isDone = result === 'connected' || result === 'consented';
  const isUsed = ({ purpose }: ConnectLink) => isDone && purpose === 'adminConsent';
  const link = await noteLinkEnd(deps, request, { result, isUsed });
  const started = result === 'consented' ? await signInNext(deps, request, link) : null;
  return started === null
    ? {
        status: 'ended',
        result,
        connectionId,
        usedLink: link !== null && isUsed(link) ? link : null,
      }
    : { status: 'signIn', started };
}

async function resultOf(
  deps: CompleteAdminConsentDeps,
  request: AuthorizationRequest,
  { error, errorDescription }: Pick<CallbackFields, 'error' | 'errorDescription'>,
): Promise<AuthorizationResult> {
  const connection = await connectionOf(deps, request);
  if (connection === null) return 'tryAgain';
  if (error !== null) return resultOfError({ error, errorDescription });
  return (await isWorking(deps, connection)) ? 'connected' : 'consented';
}

/** Null when the connection was deleted, or made anew, meanwhile. */
async function connectionOf(
  { connections }: Pick<CompleteAdminConsentDeps, 'connections'>,
  { connectionId, instance }: AuthorizationRequest,
): Promise<Connection | null> {
  const row = await connections.get(connectionId);
  return row === null || row.value.instance !== instance ? null : row.value;
}

/** The probe: a token by what is stored. */
async function isWorking(
  { connections, tokens, log }: CompleteAdminConsentDeps,
  connection: Connection,
): Promise<boolean> {
  const state = await connections.state(connection);
  if (needsSignIn(connection, state)) return false;
  try {
    const holder = holderOf(connection, state?.generation ?? 0);
    const outcome = await tokens.acquire(holder, { minTtlSeconds: 60, force: true });
    return outcome.ok && outcome.staleBecause === null;
  } catch (error) {
    log.warn('a connection could not be tried after admin consent', {
      connectionId: connection.id,
      reason: reasonOf(error),
    });
    return false;
  }
}

function needsSignIn({ grantType }: Connection, state: ConnectionState | null): boolean {
  const status = state?.status ?? 'pending';
  const isWaiting = status === 'pending' || status === 'pendingApproval';
  return grantType === 'authorizationCode' && isWaiting;
}

async function signInNext(
  deps: CompleteAdminConsentDeps,
  request: AuthorizationRequest,
  link: ConnectLink | null,
): Promise<StartedAuthorization | null> {
  if (link?.purpose !== 'signIn' || link.usedAt !== null) return null;
  const connection = await connectionOf(deps, request);
  if (connection === null || connection.grantType !== 'authorizationCode') return null;
  const { linkHash } = request;
  const state = await deps.connections.state(connection);
  return startAuthorization(deps, { connection, state, linkHash, ...startOfLink(link) });
}
