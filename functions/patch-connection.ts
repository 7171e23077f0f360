import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { patchBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { patchConnection as patched } from '../shared/http/write-connection.ts';

/** Changes what a merge patch names (RFC 7396). */
export async function patchConnection(
  { broker }: Pick<ApiServices, 'broker'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const parts = await broker();
  const current = await connectionOf(parts.connections, request);
  const patch = await readBody(request, patchBody);
  const { id } = current.value;
  log.info('a connection is being changed', { id, caller: callerName(caller), correlationId });
  return patched(parts, { current, patch, headers: request.headers });
}

app.http('patchConnection', {
  ...bindingOf('patchConnection'),
  handler: http(patchConnection, 'patchConnection'),
});
