import type { OpenTable, Row } from '../storage/table.ts';
import { tenantSchema, type Tenant } from './tenant.ts';

/** The tenants that were added; see tenant.ts. */
export interface TenantStore {
  /** By id. */
  list(): Promise<Tenant[]>;
  get(tenantId: string): Promise<Row<Tenant> | null>;
  /** False when it is there already. */
  create(tenant: Tenant): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<Tenant>, tenant: Tenant): Promise<boolean>;
  remove(tenantId: string): Promise<void>;
  /** Writes what was seen of a tenant's consent, if that is news; nothing for one without a record. */
  noteAccess(tenantId: string, access: Tenant['access'], at: Date): Promise<void>;
}

const PARTITION = 'tenant';
/** Conditional writes that are lost that often in a row are left to the next one who sees the same. */
const MAX_TRIES = 5;

/** Tenants over table `tenants`, one partition: a thousand are one page. */
export function createTenantStore(openTable: OpenTable): TenantStore {
  const table = openTable('tenants', tenantSchema);
  const get = (tenantId: string) => table.get(PARTITION, tenantId.toLowerCase());
  return {
    list: async () => {
      const tenants: Tenant[] = [];
      for await (const { value } of table.list(PARTITION)) tenants.push(value);
      return tenants;
    },
    get,
    create: (tenant) => table.insert(PARTITION, tenant.tenantId, tenant),
    replace: (current, tenant) => table.replace(current, tenant),
    remove: (tenantId) => table.remove(PARTITION, tenantId.toLowerCase()),
    noteAccess: async (tenantId, access, at) => {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const row = await get(tenantId);
        if (row === null || row.value.access === access) return;
        if (row.value.access === 'waiting' && access === 'withdrawn') return;
        const accessSince = at.toISOString();
        if (await table.replace(row, { ...row.value, access, accessSince })) return;
      }
    },
  };
}
