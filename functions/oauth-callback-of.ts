import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { answerCallback, type CallbackServices } from '../shared/http/answer-callback.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The same for a provider of its own, which may know the query alone (RFC 9700 §4.4: a callback for each). */
export async function oauthCallbackOf(
  services: CallbackServices,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const connectionId = request.params['id'] ?? '';
  return answerCallback(services, request, { connectionId, call });
}

app.http('oauthCallbackOf', {
  ...bindingOf('oauthCallbackOf'),
  handler: http(oauthCallbackOf, 'oauthCallbackOf'),
});
