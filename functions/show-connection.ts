import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { toConnectionAnswer } from '../shared/http/connection-answer.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { connectionEtag } from '../shared/http/write-connection.ts';

/** One connection and how it is. */
export async function showConnection(
  { broker }: Pick<ApiServices, 'broker'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const { connections } = await broker();
  const { value } = await connectionOf(connections, request);
  return {
    headers: { etag: connectionEtag(value) },
    jsonBody: toConnectionAnswer(value, await connections.state(value)),
  };
}

app.http('showConnection', {
  ...bindingOf('showConnection'),
  handler: http(showConnection, 'showConnection'),
});
