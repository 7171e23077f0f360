import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { connectionBody } from '../shared/connections/connection-body.ts';
import { CONNECTION_ID } from '../shared/connections/connection.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { writeConnection } from '../shared/http/write-connection.ts';

/** Creates or changes a connection. */
export async function putConnection(
  { broker }: Pick<ApiServices, 'broker'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const body = await readBody(request, connectionBody);
  // People put other things into paths; what is no id is refused further on.
  const known = CONNECTION_ID.test(id) ? id : null;
  log.info('a connection is being written', {
    id: known,
    caller: callerName(caller),
    correlationId,
  });
  return writeConnection(await broker(), { id, body, headers: request.headers });
}

app.http('putConnection', {
  ...bindingOf('putConnection'),
  handler: http(putConnection, 'putConnection'),
});
