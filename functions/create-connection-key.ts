import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { connectionKeyBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Creates a key that fetches tokens of one connection. Its value is in this answer and nowhere else. */
export async function createConnectionKey(
  { broker, keys }: Pick<ApiServices, 'broker' | 'keys'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { name, expiresAt } = await readBody(request, connectionKeyBody);
  const { connections } = await broker();
  const { id } = (await connectionOf(connections, request)).value;
  log.info('a key of a connection is being created', {
    id,
    name,
    caller: callerName(caller),
    correlationId,
  });
  const end = expiresAt === undefined ? undefined : new Date(expiresAt);
  const created = await keys.ofConnection(id).create({ scope: id, name, expiresAt: end });
  return {
    status: 201,
    jsonBody: { name, key: created.key, expiresAt: created.expiresAt.toISOString() },
  };
}

app.http('createConnectionKey', {
  ...bindingOf('createConnectionKey'),
  handler: http(createConnectionKey, 'createConnectionKey'),
});
