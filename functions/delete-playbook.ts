import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { PLAYBOOK_ID } from '../shared/http/playbook-schemas.ts';
import { checkIfMatch, etagOf } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Removes an operator's steps; the system has Keyturn's own again. */
export async function deletePlaybook(
  { playbooks }: Pick<ApiServices, 'playbooks'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const current = PLAYBOOK_ID.test(id) ? await playbooks.get(id) : null;
  if (current === null)
    throw new AppError('not_found', 'There is no such playbook. GET /api/playbooks lists them.');
  checkIfMatch(request.headers, etagOf(current.value));
  log.info('a playbook is being removed', { id, caller: callerName(caller), correlationId });
  await playbooks.remove(id);
  return { status: 204 };
}

app.http('deletePlaybook', {
  ...bindingOf('deletePlaybook'),
  handler: http(deletePlaybook, 'deletePlaybook'),
});
