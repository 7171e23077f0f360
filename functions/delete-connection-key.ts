import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { KEY_NAME } from '../shared/http/key-ring.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Revokes a key of a connection: here at once, on other instances within 30 seconds. */
export async function deleteConnectionKey(
  { broker, keys }: Pick<ApiServices, 'broker' | 'keys'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { connections } = await broker();
  const { id } = (await connectionOf(connections, request)).value;
  const name = request.params['name'] ?? '';
  log.info('a key of a connection is being revoked', {
    id,
    // People put keys where their names belong.
    name: KEY_NAME.test(name) ? name : null,
    caller: callerName(caller),
    correlationId,
  });
  if (!(await keys.ofConnection(id).revoke(name)))
    throw new AppError('not_found', 'This connection has no key of this name.');
  return { status: 204 };
}

app.http('deleteConnectionKey', {
  ...bindingOf('deleteConnectionKey'),
  handler: http(deleteConnectionKey, 'deleteConnectionKey'),
});
