import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { checkIfMatch } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { tenantEtag } from '../shared/http/tenant-answer.ts';
import { tenantOf } from '../shared/http/tenant-of.ts';

/** Forgets a tenant that was added. One that KEYTURN_TENANTS names is still checked, by the settings alone. */
export async function deleteTenant(
  { tenants }: Pick<ApiServices, 'tenants'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { value: tenant } = await tenantOf(tenants, request);
  checkIfMatch(request.headers, tenantEtag(tenant));
  const { tenantId } = tenant;
  log.info('a tenant is being removed', { tenantId, caller: callerName(caller), correlationId });
  await tenants.remove(tenant);
  return { status: 204 };
}

app.http('deleteTenant', {
  ...bindingOf('deleteTenant'),
  handler: http(deleteTenant, 'deleteTenant'),
});
