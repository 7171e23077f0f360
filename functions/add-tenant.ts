import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { toTenantAnswer } from '../shared/http/tenant-answer.ts';
import { newTenantBody } from '../shared/http/tenant-schemas.ts';

/** Adds a tenant. Where it has not agreed yet, the answer has a link to send to its administrator. */
export async function addTenant(
  { tenants, health, settings }: Pick<ApiServices, 'tenants' | 'health' | 'settings'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const draft = await readBody(request, newTenantBody);
  const tenantId = await idOf(tenants, draft.tenantId);
  const by = callerName(caller);
  log.info('a tenant is being added', { tenantId, caller: by, correlationId });
  const tenant = await tenants.add({ tenantId, draft, by });
  const needsLink = tenant.access === 'waiting' && tenant.credential.type === 'federated';
  const consentLink = needsLink ? await tenants.link(tenant, by) : null;
  const { homeTenantId, tenantsClientId: clientId } = settings;
  const answer = toTenantAnswer(tenant, { homeTenantId, clientId, health: await health() });
  const headers = answer.etag === null ? {} : { etag: answer.etag };
  return { status: 201, headers, jsonBody: { ...answer, consentLink } };
}

async function idOf(tenants: ApiServices['tenants'], named: string): Promise<string> {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(named)) return named;
  const found = await tenants.idOf(named);
  if (found !== null) return found;
  const detail = 'No tenant of this cloud has that domain.';
  throw new AppError('bad_request', 'The body is not what this route takes; see "errors".', {
    errors: [{ pointer: '/tenantId', detail }],
  });
}

app.http('addTenant', { ...bindingOf('addTenant'), handler: http(addTenant, 'addTenant') });
