import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { holderOf } from '../shared/broker/holder-of.ts';
import { refusalIn } from '../shared/broker/refusal-in.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { tokenAnswer } from '../shared/http/token-outcome.ts';

/** Forces one refresh with the stored grant, whatever the connection's status; the token itself stays here. */
export async function refreshToken(
  { broker, clock }: Pick<ApiServices, 'broker' | 'clock'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { connections, tokens, known } = await broker();
  const { value } = await connectionOf(connections, request);
  const { id } = value;
  log.info('a refresh is forced', { id, caller: callerName(caller), correlationId });
  const state = await connections.state(value);
  const outcome = await tokens.acquire(holderOf(value, state?.generation ?? 0), {
    minTtlSeconds: 60,
    force: true,
  });
  known.forget(id);
  // An older token that callers still get is no refresh.
  const { expires_in, scope } = tokenAnswer(refusalIn(outcome) ?? outcome, clock.now());
  return { jsonBody: { refreshed: true, expires_in, scope } };
}

app.http('refreshToken', {
  ...bindingOf('refreshToken'),
  handler: http(refreshToken, 'refreshToken'),
});
