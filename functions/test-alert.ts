import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { testAlertBody } from '../shared/http/schemas.ts';

/** Sends a test message through one channel. A service that refuses it is an answer, not an error of this route. */
export async function testAlert(
  { testChannel }: Pick<ApiServices, 'testChannel'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { channel } = await readBody(request, testAlertBody);
  log.info('a test message was asked for', { channel, caller: callerName(caller), correlationId });
  return { jsonBody: await testChannel(channel) };
}

app.http('testAlert', { ...bindingOf('testAlert'), handler: http(testAlert, 'testAlert') });
