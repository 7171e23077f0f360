import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { ITEM_ID } from '../shared/http/item-schemas.ts';
import { checkIfMatch, etagOf } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Takes an item off the list; its warnings end with the next complete check. */
export async function deleteItem(
  { items }: Pick<ApiServices, 'items'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const current = ITEM_ID.test(id) ? await items.get(id) : null;
  if (current === null)
    throw new AppError('not_found', 'There is no such item. GET /api/items lists them.');
  checkIfMatch(request.headers, etagOf(current.value));
  log.info('an item is being removed', { id, caller: callerName(caller), correlationId });
  await items.remove(id);
  return { status: 204 };
}

app.http('deleteItem', { ...bindingOf('deleteItem'), handler: http(deleteItem, 'deleteItem') });
