import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { approveSignIn } from '../shared/broker/approve-sign-in.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { toConnectionAnswer } from '../shared/http/connection-answer.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { approveBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Accepts the account that signed in for the first time (security rule 12). */
export async function approveConnection(
  { broker }: Pick<ApiServices, 'broker'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { objectId } = await readBody(request, approveBody);
  const parts = await broker();
  const { value } = await connectionOf(parts.connections, request);
  const { id } = value;
  log.info('a sign-in is being approved', { id, caller: callerName(caller), correlationId });
  const state = await approveSignIn(parts, value, objectId);
  parts.known.forget(id);
  return { jsonBody: toConnectionAnswer(value, state) };
}

app.http('approveConnection', {
  ...bindingOf('approveConnection'),
  handler: http(approveConnection, 'approveConnection'),
});
