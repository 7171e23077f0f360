import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { KEY_NAME } from '../shared/http/key-ring.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Revokes a key: here at once, on other instances within 30 seconds. */
export async function deleteKey(
  { keys }: Pick<ApiServices, 'keys'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const name = request.params['name'] ?? '';
  // People put keys where their names belong.
  const shown = KEY_NAME.test(name) ? name : null;
  log.info('a key is being revoked', { name: shown, caller: callerName(caller), correlationId });
  if (!(await keys.revoke(name)))
    throw new AppError('not_found', 'There is no key of this name. GET /api/keys lists them.');
  return { status: 204 };
}

app.http('deleteKey', { ...bindingOf('deleteKey'), handler: http(deleteKey, 'deleteKey') });
