import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { consumerRecord, toConsumerAnswer } from '../shared/http/consumer-record.ts';
import { consumerBody } from '../shared/http/consumer-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { putRecord } from '../shared/http/put-record.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Records where a secret of an application has been entered, or what has changed about such a place. */
export async function putConsumer(
  { consumers, settings, clock }: Pick<ApiServices, 'consumers' | 'settings' | 'clock'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const id = request.params['id'] ?? '';
  const { homeTenantId } = settings;
  const consumer = consumerRecord(await readBody(request, consumerBody), {
    id,
    homeTenantId,
    now: clock.now(),
    callerName: callerName(caller),
  });
  const { tenantId, appId } = consumer;
  log.info('a consumer is being recorded', {
    id,
    tenantId,
    appId,
    caller: callerName(caller),
    correlationId,
  });
  const { status, etag } = await putRecord(consumers, consumer, request.headers);
  return { status, headers: { etag }, jsonBody: toConsumerAnswer(consumer) };
}

app.http('putConsumer', { ...bindingOf('putConsumer'), handler: http(putConsumer, 'putConsumer') });
