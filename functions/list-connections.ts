import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { toConnectionAnswer } from '../shared/http/connection-answer.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Every connection and how it is. */
export async function listConnections({
  broker,
}: Pick<ApiServices, 'broker'>): Promise<HttpResponseInit> {
  const { connections } = await broker();
  const answers = [];
  for await (const { value } of connections.list())
    answers.push(toConnectionAnswer(value, await connections.state(value)));
  return { jsonBody: { connections: answers } };
}

app.http('listConnections', {
  ...bindingOf('listConnections'),
  handler: http(listConnections, 'listConnections'),
});
