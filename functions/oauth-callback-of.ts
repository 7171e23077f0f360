import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { answerCallback } from '../shared/http/answer-callback.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The same for a provider of its own, which may know the query alone (RFC 9700 §4.4: a callback for each). */
export async function oauthCallbackOf(
  {
    broker,
    settings,
  }: Pick<ApiServices, 'broker'> & { settings: Pick<ApiServices['settings'], 'publicUrl'> },
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const { publicUrl } = settings;
  const connectionId = request.params['id'] ?? '';
  return answerCallback({ broker, publicUrl, connectionId, call }, request);
}

app.http('oauthCallbackOf', {
  ...bindingOf('oauthCallbackOf'),
  handler: http(oauthCallbackOf, 'oauthCallbackOf'),
});
