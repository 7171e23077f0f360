import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { itemRecord, toItemAnswer } from '../shared/http/item-record.ts';
import { itemBody } from '../shared/http/item-schemas.ts';
import { putRecord } from '../shared/http/put-record.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Enters something that ends, or its next date. The next check of the home tenant sees it. */
export async function putItem(
  { items }: Pick<ApiServices, 'items'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const item = itemRecord(id, await readBody(request, itemBody));
  const { expiresAt } = item;
  log.info('an item is being entered', {
    id,
    expiresAt,
    caller: callerName(caller),
    correlationId,
  });
  const { status, etag } = await putRecord(items, item, request.headers);
  return { status, headers: { etag }, jsonBody: toItemAnswer(item) };
}

app.http('putItem', { ...bindingOf('putItem'), handler: http(putItem, 'putItem') });
