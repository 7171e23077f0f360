import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { tenantOf } from '../shared/http/tenant-of.ts';

/** Makes a link to send to an administrator of the tenant. It is shown this once. */
export async function createTenantLink(
  { tenants }: Pick<ApiServices, 'tenants'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { value: tenant } = await tenantOf(tenants, request);
  const by = callerName(caller);
  log.info('a link for a tenant is made', { tenantId: tenant.tenantId, caller: by, correlationId });
  return { status: 201, jsonBody: await tenants.link(tenant, by) };
}

app.http('createTenantLink', {
  ...bindingOf('createTenantLink'),
  handler: http(createTenantLink, 'createTenantLink'),
});
