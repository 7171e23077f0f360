import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { answerCallback, type CallbackServices } from '../shared/http/answer-callback.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Where Microsoft Entra sends the browser back to (POST), and the clean page after it (GET). */
export async function oauthCallback(
  services: CallbackServices,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  return answerCallback(services, request, { connectionId: null, call });
}

app.http('oauthCallback', {
  ...bindingOf('oauthCallback'),
  handler: http(oauthCallback, 'oauthCallback'),
});
