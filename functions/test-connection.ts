import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { testConnection as tested } from '../shared/broker/test-connection.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { toTestAnswer } from '../shared/http/connection-test-answer.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Gets a token with the stored grant, and asks the service with it. */
export async function testConnection(
  { broker }: Pick<ApiServices, 'broker'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const parts = await broker();
  const { value: connection } = await connectionOf(parts.connections, request);
  const { id } = connection;
  log.info('a connection is being tested', { id, caller: callerName(caller), correlationId });
  const state = await parts.connections.state(connection);
  const result = await tested(parts, { connection, state });
  parts.known.forget(id);
  return { jsonBody: toTestAnswer(result, await parts.connections.state(connection)) };
}

app.http('testConnection', {
  ...bindingOf('testConnection'),
  handler: http(testConnection, 'testConnection'),
});
