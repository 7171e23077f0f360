import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
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
  { broker, clock }: Pick<ApiServices, 'broker' | 'clock'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { objectId } = await readBody(request, approveBody);
  const { connections, known } = await broker();
  const { value } = await connectionOf(connections, request);
  const { id } = value;
  log.info('a sign-in is being approved', { id, caller: callerName(caller), correlationId });
  let isApproved = false;
  const state = await connections.setState(value, (now) => {
    const waiting = now?.awaitingApproval ?? null;
    isApproved = waiting !== null && (objectId === undefined || waiting.objectId === objectId);
    if (now === null || !isApproved) return null;
    return {
      ...now,
      status: 'connected',
      statusReason: null,
      nextAction: null,
      since: clock.now().toISOString(),
      authorizedBy: waiting,
      awaitingApproval: null,
    };
  });
  if (!isApproved) throw new AppError('conflict', 'This account does not wait for approval.');
  known.forget(id);
  return { jsonBody: toConnectionAnswer(value, state) };
}

app.http('approveConnection', {
  ...bindingOf('approveConnection'),
  handler: http(approveConnection, 'approveConnection'),
});
