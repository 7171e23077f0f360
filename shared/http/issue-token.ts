import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { TokenBroker } from '../broker/acquire-token.ts';
import { holderOf } from '../broker/holder-of.ts';
import type { Clock } from '../clock.ts';
import { CONNECTION_ID } from '../connections/connection.ts';
import type { KnownConnection, KnownConnections } from '../connections/known-connections.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { redact } from '../redact.ts';
import type { CallerLimit } from './caller-limit.ts';
import { clientAddress } from './client-address.ts';
import type { Call } from './create-http.ts';
import { problemOf } from './problem.ts';
import { awaitingApproval, tokenAnswer } from './token-outcome.ts';
import { tokenCaller, type TokenCallerDeps } from './token-caller.ts';
import { readTokenRequest, TokenRequestError, type TokenRequest } from './token-request.ts';

export interface IssueTokenDeps extends TokenCallerDeps {
  broker: () => Promise<{ known: KnownConnections; tokens: TokenBroker }>;
  limit: CallerLimit;
  /** Notes that a caller took a token; never in the way of an answer. */
  noteRead: AuditTrail['noteRead'];
  clock: Pick<Clock, 'now'>;
}

/**
 * Hands a caller a fresh access token for one connection, and never anything else. Every answer is no-store, and holds
 * the members of RFC 6749 §5.1 or, for POST, §5.2 with Keyturn's own `code` and `detail` beside.
 */
export async function issueToken(
  deps: IssueTokenDeps,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  try {
    const wanted = await readTokenRequest(request);
    const known = await allowed(deps, request, wanted);
    const { connection, state } = known;
    if (state?.status === 'pendingApproval') throw awaitingApproval();
    const { tokens } = await deps.broker();
    const holder = holderOf(connection, state?.generation ?? 0);
    const outcome = await tokens.acquire(holder, { minTtlSeconds: wanted.minTtlSeconds });
    return { jsonBody: tokenAnswer(outcome, deps.clock.now(), known), headers: NO_STORE };
  } catch (error) {
    return request.method === 'POST'
      ? oauthError(error, schemeOf(request))
      : problemFor(error, call.correlationId);
  }
}

/** The connection, if this caller may have its tokens. */
async function allowed(
  deps: IssueTokenDeps,
  request: HttpRequest,
  wanted: TokenRequest,
): Promise<KnownConnection> {
  if (wanted.credential === null) throw unknownCaller(request.method, null);
  const id = (request.params['id'] ?? '').toLowerCase();
  // No connection can have such an id, and no store need be asked for it.
  if (!CONNECTION_ID.test(id)) throw unknownCaller(request.method, wanted.credential);
  const known = await (await deps.broker()).known.get(id);
  const caller = await tokenCaller(deps, { id, known }, wanted);
  if (caller === null || known === null) throw unknownCaller(request.method, wanted.credential);
  const retryAfterSeconds = deps.limit.take(`${id} ${caller.name}`);
  if (retryAfterSeconds > 0) throw tooOften(retryAfterSeconds);
  deps.noteRead({ connectionId: id, caller: caller.name, address: clientAddress(request.headers) });
  return known;
}

/** RFC 6749 §5.1. */
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Security rule 4: what does not exist and what one may not have look the same. */
function unknownCaller(method: string, credential: string | null): AppError {
  if (credential === null || method === 'POST')
    return new AppError(
      'unauthorized',
      'Send a key of this connection, or an Entra access token of a caller that it allows.',
    );
  return new AppError('not_found', 'There is no such connection for this caller.');
}

function tooOften(retryAfterSeconds: number): AppError {
  return new AppError(
    'throttled',
    'This caller asks for tokens of this connection too often. Keep a token until shortly before it ends (expires_in).',
    { retryAfterSeconds },
  );
}

function problemFor(error: unknown, correlationId: string): HttpResponseInit {
  const failure =
    error instanceof TokenRequestError ? new AppError('bad_request', error.message) : error;
  if (!(failure instanceof AppError)) throw failure;
  const answer = problemOf(failure, correlationId);
  return { ...answer, headers: withNoStore(answer.headers) };
}

function withNoStore(headers: HttpResponseInit['headers'] = {}): Headers {
  const kept = new Headers(headers);
  for (const [name, value] of Object.entries(NO_STORE)) kept.set(name, value);
  return kept;
}

/** RFC 6749 §5.2: a client that tried a scheme is told that scheme; for others a challenge would hide the error. */
function schemeOf({ headers }: Pick<HttpRequest, 'headers'>): string | null {
  const sent = headers.get('authorization');
  if (sent === null) return null;
  return /^Basic /i.test(sent) ? 'Basic realm="Keyturn"' : 'Bearer';
}

/** RFC 6749 §5.2 for what Keyturn has to say; the HTTP status is that of GET. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'invalid_client',
  not_found: 'invalid_client',
  bad_request: 'invalid_request',
  body_too_large: 'invalid_request',
  sign_in_again: 'invalid_grant',
  admin_action_required: 'invalid_grant',
  misconfigured: 'invalid_grant',
};

function oauthError(error: unknown, scheme: string | null): HttpResponseInit {
  if (error instanceof TokenRequestError)
    return oauthAnswer(400, { error: error.error, code: 'bad_request', detail: error.message });
  if (!(error instanceof AppError)) throw error;
  const answer = problemOf(error, '');
  const { code } = error;
  const word = WORDS[code] ?? 'temporarily_unavailable';
  // GET says 404 where POST says invalid_client, which RFC 6749 §5.2 gives 401.
  const status = word === 'invalid_client' ? 401 : (answer.status ?? 500);
  const headers = new Headers(answer.headers);
  headers.delete('www-authenticate');
  if (status === 401 && scheme !== null) headers.set('www-authenticate', scheme);
  return oauthAnswer(status, { error: word, code, detail: redact(error.message) }, headers);
}

function oauthAnswer(
  status: number,
  { error, code, detail }: { error: string; code: string; detail: string },
  headers: HttpResponseInit['headers'] = {},
): HttpResponseInit {
  const kept = withNoStore(headers);
  kept.set('content-type', 'application/json');
  // error_description takes printable ASCII only (RFC 6749 §5.2).
  const error_description = detail.replaceAll('’', "'").replaceAll(/[^\x20-\x7e]|["\\]/g, ' ');
  return {
    status,
    headers: kept,
    body: JSON.stringify({ error, error_description, code, detail }),
  };
}
