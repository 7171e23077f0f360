import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { CONSUMER_ID } from '../shared/http/consumer-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { checkIfMatch, etagOf } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Forgets a place; what it uses is no longer said in warnings. */
export async function deleteConsumer(
  { consumers }: Pick<ApiServices, 'consumers'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const current = CONSUMER_ID.test(id) ? await consumers.get(id) : null;
  if (current === null)
    throw new AppError('not_found', 'There is no such consumer. GET /api/consumers lists them.');
  checkIfMatch(request.headers, etagOf(current.value));
  log.info('a consumer is being removed', { id, caller: callerName(caller), correlationId });
  await consumers.remove(id);
  return { status: 204 };
}

app.http('deleteConsumer', {
  ...bindingOf('deleteConsumer'),
  handler: http(deleteConsumer, 'deleteConsumer'),
});
