import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { checkPut } from '../shared/http/put-record.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { tenantEtag, toTenantAnswer } from '../shared/http/tenant-answer.ts';
import { tenantOf } from '../shared/http/tenant-of.ts';
import { tenantBody } from '../shared/http/tenant-schemas.ts';

/** Changes what is said about a tenant that was added. The next check goes by it. */
export async function putTenant(
  { tenants, health, settings }: Pick<ApiServices, 'tenants' | 'health' | 'settings'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const current = await tenantOf(tenants, request);
  checkPut(tenantEtag(current.value), request.headers);
  const draft = await readBody(request, tenantBody);
  const { tenantId } = current.value;
  log.info('a tenant is being changed', { tenantId, caller: callerName(caller), correlationId });
  const tenant = await tenants.change(current, draft);
  const { homeTenantId, tenantsClientId: clientId } = settings;
  const answer = toTenantAnswer(tenant, { homeTenantId, clientId, health: await health() });
  return { headers: { etag: tenantEtag(tenant) }, jsonBody: answer };
}

app.http('putTenant', { ...bindingOf('putTenant'), handler: http(putTenant, 'putTenant') });
