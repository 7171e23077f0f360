import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { PLAYBOOK_ID, playbookBody } from '../shared/http/playbook-schemas.ts';
import { putRecord } from '../shared/http/put-record.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Keeps an operator's steps for a system; warnings have them from the next message on. */
export async function putPlaybook(
  { playbooks }: Pick<ApiServices, 'playbooks'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  if (!PLAYBOOK_ID.test(id))
    throw new AppError('bad_request', 'An id has 1 to 40 lower-case letters, digits and hyphens.');
  const { markdown } = await readBody(request, playbookBody);
  log.info('a playbook is being written', { id, caller: callerName(caller), correlationId });
  const { status, etag } = await putRecord(playbooks, { id, markdown }, request.headers);
  return { status, headers: { etag }, jsonBody: { id, markdown, etag } };
}

app.http('putPlaybook', { ...bindingOf('putPlaybook'), handler: http(putPlaybook, 'putPlaybook') });
