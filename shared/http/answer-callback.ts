import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import {
  completeAdminConsent,
  type AdminConsentOutcome,
} from '../broker/complete-admin-consent.ts';
import {
  completeAuthorization,
  type CallbackEnd,
  type CallbackFields,
  type CallbackOutcome,
} from '../broker/complete-authorization.ts';
import { callbackUri } from '../broker/begin-authorization.ts';
import type { BrokerParts } from '../wiring/broker-parts.ts';
import type { StartedAuthorization } from '../broker/start-authorization.ts';
import type { OnboardingOutcome } from '../tenants/onboard-tenant.ts';
import type { TenantAdmin } from '../tenants/tenant-admin.ts';
import type { ApiServices } from './api-services.ts';
import { callbackPage, troublePage } from './callback-page.ts';
import { reportFailure, type Call } from './create-http.ts';
import { MAX_BODY_BYTES } from './request-body.ts';
import { signInCookie } from './sign-in-cookie.ts';

export interface CallbackServices {
  broker: () => Promise<BrokerParts>;
  /** Tenants that come back from the page for consent share Entra's callback. */
  tenants: Pick<TenantAdmin, 'complete'>;
  settings: { publicUrl: string };
  announceLinkUsed: ApiServices['announceLinkUsed'];
}

interface Callback {
  /** The provider that this callback is of, by its connection; null for Entra, which all of its connections share. */
  connectionId: string | null;
  call: Pick<Call, 'log' | 'correlationId'>;
}

/**
 * Answers the browser that comes back from a sign-in page: with a 303 to a page of fixed words, so that nothing of the
 * answer stays in an address (RFC 9700 §4.2.4). Whatever is sent, and whatever fails here, the answer is one of those
 * pages: a person reads it.
 */
export async function answerCallback(
  services: CallbackServices,
  request: HttpRequest,
  { connectionId, call }: Callback,
): Promise<HttpResponseInit> {
  try {
    return await answered(services, request, connectionId);
  } catch (error) {
    reportFailure(call, error);
    return troublePage();
  }
}

async function answered(
  services: CallbackServices,
  request: HttpRequest,
  connectionId: string | null,
): Promise<HttpResponseInit> {
  const { publicUrl } = services.settings;
  const result = request.query.get('result');
  if (request.method === 'GET' && result !== null) return callbackPage(result);
  // Security rule 13: a code in a query is never redeemed for Entra, which sends a form.
  const isConsent = request.method === 'GET' && connectionId === null;
  if (isConsent && !isAnswer(request.query)) return callbackPage('unknown');
  const fields = await fieldsOf(request, callbackUri(publicUrl, connectionId));
  const complete = isConsent ? completeConsent : completeSignIn;
  const outcome = await complete(services, fields, cookiesOf(request));
  if (outcome.status === 'unknown') return callbackPage('unknown');
  return outcome.status === 'signIn' ? signInNext(outcome.started) : toldIn(publicUrl, outcome);
}

type Cookies = (name: string) => string | null;

/** Of a whole tenant first: its state is kept apart from those of connections. */
async function completeConsent(
  services: CallbackServices,
  fields: CallbackFields,
  cookies: Cookies,
): Promise<AdminConsentOutcome | OnboardingOutcome> {
  const onboarded = await services.tenants.complete(fields, cookies);
  if (onboarded.status !== 'unknown') return onboarded;
  const { publicUrl } = services.settings;
  const parts = await services.broker();
  const outcome = await completeAdminConsent({ ...parts, publicUrl }, fields, cookies);
  if (outcome.status === 'ended') await ended(services, parts, outcome);
  return outcome;
}

async function completeSignIn(
  services: CallbackServices,
  fields: CallbackFields,
  cookies: Cookies,
): Promise<CallbackOutcome> {
  const parts = await services.broker();
  const outcome = await completeAuthorization(parts, fields, cookies);
  if (outcome.status === 'ended') await ended(services, parts, outcome);
  return outcome;
}

/** Security rule 7: whoever runs Keyturn hears that a link did what it was made for. */
async function ended(
  { announceLinkUsed }: CallbackServices,
  { known }: BrokerParts,
  { connectionId, result, usedLink }: CallbackEnd,
): Promise<void> {
  known.forget(connectionId);
  if (usedLink !== null)
    await announceLinkUsed({ connectionId, result, issuedBy: usedLink.issuedBy });
}

function toldIn(publicUrl: string, outcome: Told): HttpResponseInit {
  return seeOther(`${publicUrl}/oauth/callback?result=${wordOf(outcome)}`);
}

/** Entra answers by GET for admin consent alone (security rule 15). A code has no place in a query: it is not looked at. */
function isAnswer(query: HttpRequest['query']): boolean {
  return query.has('state') && !query.has('code');
}

/** The browser that agreed goes on to sign in, with a state and a cookie of its own. */
function signInNext({ url, cookie }: StartedAuthorization): HttpResponseInit {
  return { ...seeOther(url), cookies: [signInCookie(cookie)] };
}

function seeOther(location: string): HttpResponseInit {
  return { status: 303, headers: { location, 'referrer-policy': 'no-referrer' } };
}

type Told = Exclude<
  CallbackOutcome | AdminConsentOutcome | OnboardingOutcome,
  { status: 'unknown' | 'signIn' }
>;

function wordOf(outcome: Told): string {
  return outcome.status === 'expired' ? 'expired' : outcome.result;
}

async function fieldsOf(request: HttpRequest, arrivedAt: string): Promise<CallbackFields> {
  const sent = request.method === 'POST' ? await formOf(request) : request.query;
  return {
    arrivedAt,
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
