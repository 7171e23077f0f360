import type { HttpRequest } from '@azure/functions';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';
import type { TenantStore } from '../tenants/tenant-store.ts';
import type { Tenant } from '../tenants/tenant.ts';

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The tenant that a path names. Throws AppError `not_found`. */
export async function tenantOf(
  tenants: Pick<TenantStore, 'get'>,
  { params }: Pick<HttpRequest, 'params'>,
): Promise<Row<Tenant>> {
  const tenantId = params['tenantId'] ?? '';
  const row = GUID.test(tenantId) ? await tenants.get(tenantId) : null;
  if (row !== null) return row;
  throw new AppError(
    'not_found',
    'No such tenant was added. GET /api/tenants lists them; one that KEYTURN_TENANTS names can be added with POST.',
  );
}
