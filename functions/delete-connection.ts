import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { checkIfMatch } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { connectionEtag } from '../shared/http/write-connection.ts';

/** Removes a connection with its keys, its secrets and its grant, and says when what is gone. */
export async function deleteConnection(
  { broker, keys }: Pick<ApiServices, 'broker' | 'keys'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { connections, connectLinks, retirement, known } = await broker();
  const { value } = await connectionOf(connections, request);
  checkIfMatch(request.headers, connectionEtag(value));
  const { id } = value;
  log.info('a connection is being removed', { id, caller: callerName(caller), correlationId });
  const ring = keys.ofConnection(id);
  for (const { name } of await ring.list()) await ring.revoke(name);
  await connectLinks.revoke(id);
  const removed = await retirement.retire(value);
  await connections.remove(value);
  known.forget(id);
  const until = removed !== 'later' && removed.state === 'recoverable' ? removed.until : null;
  return {
    jsonBody: {
      removed: true,
      recoverableUntil: until?.toISOString() ?? null,
      unfinished: removed === 'later',
    },
  };
}

app.http('deleteConnection', {
  ...bindingOf('deleteConnection'),
  handler: http(deleteConnection, 'deleteConnection'),
});
