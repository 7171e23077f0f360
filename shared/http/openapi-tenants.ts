import type { Operation } from './openapi-operation.ts';
import type { tenantRoutes } from './tenant-routes.ts';
import * as tenants from './tenant-schemas.ts';

/** What the routes of tenants take and give. */
export const tenantOperations: Record<keyof typeof tenantRoutes, Operation> = {
  listTenants: { answers: [[200, tenants.tenantsAnswer]] },
  addTenant: { body: tenants.newTenantBody, answers: [[201, tenants.addedTenantAnswer]] },
  putTenant: { body: tenants.tenantBody, answers: [[200, tenants.tenantAnswer]] },
  deleteTenant: { answers: [[204, null]] },
  createTenantLink: { answers: [[201, tenants.consentLinkAnswer]] },
};
