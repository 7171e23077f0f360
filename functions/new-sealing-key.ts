import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { newSealingKey as makeKey } from '../shared/broker/new-sealing-key.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Seals the shared tokens with a new key; says how many were sealed anew at once and how many are left. */
export async function newSealingKey(
  { broker }: Pick<ApiServices, 'broker'>,
  _request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  log.info('a new sealing key is made', { caller: callerName(caller), correlationId });
  return { jsonBody: await makeKey(await broker()) };
}

app.http('newSealingKey', {
  ...bindingOf('newSealingKey'),
  handler: http(newSealingKey, 'newSealingKey'),
});
