import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { settingTenantAnswer, toTenantAnswer } from '../shared/http/tenant-answer.ts';

/** The tenants that are watched or waited for: those that were added, then those of the setting alone. */
export async function listTenants({
  tenants,
  watched,
  health,
  settings,
}: Pick<ApiServices, 'tenants' | 'watched' | 'health' | 'settings'>): Promise<HttpResponseInit> {
  const { homeTenantId, tenantsClientId: clientId } = settings;
  const context = { homeTenantId, clientId, health: await health() };
  const added = await tenants.list();
  const known = new Set(added.map(({ tenantId }) => tenantId));
  const others = (await watched()).filter((tenantId) => !known.has(tenantId));
  return {
    jsonBody: {
      tenants: [
        ...added.map((tenant) => toTenantAnswer(tenant, context)),
        ...others.map((tenantId) => settingTenantAnswer(tenantId, context)),
      ],
    },
  };
}

app.http('listTenants', { ...bindingOf('listTenants'), handler: http(listTenants, 'listTenants') });
