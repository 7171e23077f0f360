import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import { connectByLink, lookByConnectLink } from '../shared/broker/connect-by-link.ts';
import { isConnectToken } from '../shared/broker/connect-links.ts';
import { AppError } from '../shared/errors.ts';
import { toActAnswer } from '../shared/http/act-answer.ts';
import { actOnOnboarding } from '../shared/http/act-on-onboarding.ts';
import { actBody } from '../shared/http/act-schemas.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { toConnectAnswer } from '../shared/http/connect-answer.ts';
import { clientAddress } from '../shared/http/client-address.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { signInCookie } from '../shared/http/sign-in-cookie.ts';
import { isOnboardingToken } from '../shared/tenants/onboarding-links.ts';

interface ActServices extends Pick<ApiServices, 'broker' | 'lookByLink' | 'actByLink' | 'clock'> {
  tenants: Pick<ApiServices['tenants'], 'look' | 'start'>;
  trail: Pick<ApiServices['trail'], 'act'>;
  settings: Pick<ApiServices['settings'], 'timeZone' | 'publicUrl'>;
}

/** Says what is asked of the holder of a link, or does what they chose. Only this acts: a GET never does. */
export async function actByLink(
  services: ActServices,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const body = await readBody(request, actBody);
  if (isOnboardingToken(body.token))
    return actOnOnboarding(services, request, { ...call, ...body });
  if (isConnectToken(body.token) || body.choice === 'signIn' || body.choice === 'adminConsent')
    return connect(services, request, { ...call, ...body });
  const { lookByLink, actByLink, settings, clock } = services;
  const asked =
    body.choice === 'look' ? await lookByLink(body.token) : await actByLink(body.token, body);
  call.log.info('a link from a mail was used', {
    choice: body.choice,
    findingId: asked.finding.id,
    correlationId: call.correlationId,
  });
  const options = { now: clock.now(), timeZone: settings.timeZone };
  return { jsonBody: toActAnswer(asked, options) };
}

/** A link that asks somebody to sign in: the browser that sends this is the one that signs in. */
async function connect(
  { broker, trail, settings: { publicUrl } }: ActServices,
  { headers }: Pick<HttpRequest, 'headers'>,
  { token, choice, correlationId, log }: z.output<typeof actBody> & Call,
): Promise<HttpResponseInit> {
  const parts = await broker();
  const asked = await lookByConnectLink(parts, token);
  const { id: connectionId } = asked.connection;
  if (choice === 'look') {
    log.info('a connect link was looked at', { connectionId, correlationId });
    return { jsonBody: toConnectAnswer(asked) };
  }
  if (choice !== 'signIn' && choice !== 'adminConsent')
    throw new AppError('bad_request', 'This is not offered, or no longer; look again what is.');
  // Security rule 29: whoever holds the link acts in the name of the administrator who made it.
  await trail.act({
    route: 'actByLink',
    subject: { id: connectionId, choice },
    caller: `connect link of ${asked.link.issuedBy}`,
    address: clientAddress(headers),
    correlationId,
  });
  const { started } = await connectByLink({ ...parts, publicUrl }, token, choice);
  log.info('a sign-in begins', { connectionId, choice, by: 'connect link', correlationId });
  return { jsonBody: { url: started.url }, cookies: [signInCookie(started.cookie)] };
}

app.http('actByLink', { ...bindingOf('actByLink'), handler: http(actByLink, 'actByLink') });
