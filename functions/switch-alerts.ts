import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { switchAlertsBody } from '../shared/http/schemas.ts';

/** Switches how far alerts go, for every instance within half a minute. */
export async function switchAlerts(
  { alertMode }: Pick<ApiServices, 'alertMode'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { mode } = await readBody(request, switchAlertsBody);
  const by = callerName(caller);
  // Security rule 29: written before acting.
  log.info('alerts are being switched', { mode, caller: by, correlationId });
  return { jsonBody: await alertMode.switchTo(mode, by) };
}

app.http('switchAlerts', {
  ...bindingOf('switchAlerts'),
  handler: http(switchAlerts, 'switchAlerts'),
});
