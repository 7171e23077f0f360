import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { toItemAnswer } from '../shared/http/item-record.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** What operators entered because nothing else knows its date, by id. */
export async function listItems({ items }: Pick<ApiServices, 'items'>): Promise<HttpResponseInit> {
  return { jsonBody: { items: (await items.list()).map(toItemAnswer) } };
}

app.http('listItems', { ...bindingOf('listItems'), handler: http(listItems, 'listItems') });
