import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Starts a night of its own over every tenant; where a check is in progress, names that one instead. */
export async function startCheck(
  { startNight }: Pick<ApiServices, 'startNight'>,
  _: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  log.info('a check was asked for', { caller: callerName(caller), correlationId });
  const runs = await startNight('request');
  return {
    status: 202,
    jsonBody: { runs: runs.map(({ runId, tenantId }) => ({ runId, tenantId })) },
  };
}

app.http('startCheck', { ...bindingOf('startCheck'), handler: http(startCheck, 'startCheck') });
