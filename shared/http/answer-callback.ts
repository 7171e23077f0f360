import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import {
  completeAuthorization,
  type CallbackFields,
  type CallbackOutcome,
} from '../broker/complete-authorization.ts';
import type { BrokerParts } from '../broker-parts.ts';
import { callbackPage } from './callback-page.ts';
import { MAX_BODY_BYTES } from './request-body.ts';

export interface CallbackDeps {
  broker: () => Promise<BrokerParts>;
  publicUrl: string;
  /** Security rule 13: a code in a query is never redeemed for Entra, which sends a form. */
  mayUseQuery: boolean;
}

/**
 * Answers the browser that comes back from a sign-in page: with a 303 to a page of fixed words, so that nothing of the
 * answer stays in an address (RFC 9700 §4.2.4). Whatever is sent, the answer is one of those pages.
 */
export async function answerCallback(
  { broker, publicUrl, mayUseQuery }: CallbackDeps,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const result = request.query.get('result');
  if (request.method === 'GET' && (result !== null || !mayUseQuery))
    return callbackPage(result ?? 'unknown');
  const fields = await fieldsOf(request);
  const outcome = await completeAuthorization(await broker(), fields, cookiesOf(request));
  if (outcome.status === 'ended') (await broker()).known.forget(outcome.connectionId);
  if (outcome.status === 'unknown') return callbackPage('unknown');
  return {
    status: 303,
    headers: {
      location: `${publicUrl}/oauth/callback?result=${wordOf(outcome)}`,
      'referrer-policy': 'no-referrer',
    },
  };
}

function wordOf(outcome: Exclude<CallbackOutcome, { status: 'unknown' }>): string {
  return outcome.status === 'expired' ? 'expired' : outcome.result;
}

async function fieldsOf(request: HttpRequest): Promise<CallbackFields> {
  const sent = request.method === 'POST' ? await formOf(request) : request.query;
  return {
    state: sent.get('state'),
    code: sent.get('code'),
    error: sent.get('error'),
    errorDescription: sent.get('error_description'),
    issuer: sent.get('iss'),
  };
}

async function formOf(request: HttpRequest): Promise<URLSearchParams> {
  const bytes = Buffer.from(await request.arrayBuffer());
  return new URLSearchParams(bytes.length > MAX_BODY_BYTES ? '' : bytes.toString('utf8'));
}

/** RFC 6265 §4.2.1. */
function cookiesOf(request: HttpRequest): (name: string) => string | null {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair): [string, string] => {
    const [name = '', ...value] = pair.trim().split('=');
    return [name, value.join('=')];
  });
  const cookies = new Map(pairs);
  return (name) => cookies.get(name) ?? null;
}
