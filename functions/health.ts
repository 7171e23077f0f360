import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { identifyCaller } from '../shared/http/caller.ts';
import type { Call, Loaded } from '../shared/http/create-http.ts';
import { alwaysOpen } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

type HealthServices = Pick<ApiServices, 'health' | 'keys' | 'settings' | 'tokens'>;

/**
 * Status and last success for anybody, details for readers (security rule 31). 503 when no success is younger than 26
 * hours, so it is something to alert on, never to route by. While settings are wrong nobody can be recognised: then the
 * faults, which hold no values, are all there is to say.
 */
export async function health(
  load: () => Promise<Loaded<HealthServices>>,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const loaded = await load();
  if (!loaded.ok)
    return {
      status: 503,
      jsonBody: { status: 'misconfigured', lastSuccess: null, faults: loaded.faults },
    };
  const { services } = loaded;
  call.caller = await identifyCaller(services, request.headers).catch(() => null);
  const report = await services.health().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : null;
    call.log.warn('health could not be read', { reason, correlationId: call.correlationId });
    return null;
  });
  if (report === null) return { status: 503, jsonBody: { status: 'unknown', lastSuccess: null } };
  const { status, lastSuccess, ...details } = report;
  const mayRead = call.caller?.role === 'admin' || call.caller?.role === 'reader';
  return {
    status: status === 'ok' || status === 'starting' ? 200 : 503,
    jsonBody: { status, lastSuccess, ...(mayRead ? { details } : {}) },
  };
}

app.http('health', { ...bindingOf('health'), handler: alwaysOpen(health, 'health') });
