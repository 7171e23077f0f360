import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { toConsumerAnswer } from '../shared/http/consumer-record.ts';
import { consumersQuery } from '../shared/http/consumer-schemas.ts';
import { http } from '../shared/http/handler.ts';
import { readQuery } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The places where secrets of applications have been entered, by id. */
export async function listConsumers(
  { consumers }: Pick<ApiServices, 'consumers'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const known = await consumers.list(readQuery(request, consumersQuery));
  return { jsonBody: { consumers: known.map(toConsumerAnswer) } };
}

app.http('listConsumers', {
  ...bindingOf('listConsumers'),
  handler: http(listConsumers, 'listConsumers'),
});
