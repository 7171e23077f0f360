import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { answerCallback } from '../shared/http/answer-callback.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Where Microsoft Entra sends the browser back to (POST), and the clean page after it (GET). */
export async function oauthCallback(
  {
    broker,
    settings,
  }: Pick<ApiServices, 'broker'> & { settings: Pick<ApiServices['settings'], 'publicUrl'> },
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const { publicUrl } = settings;
  return answerCallback({ broker, publicUrl, connectionId: null, call }, request);
}

app.http('oauthCallback', {
  ...bindingOf('oauthCallback'),
  handler: http(oauthCallback, 'oauthCallback'),
});
