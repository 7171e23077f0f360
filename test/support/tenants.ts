import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { clouds } from '../../shared/clouds.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { createLog } from '../../shared/log.ts';
import type { OpenTable } from '../../shared/storage/table.ts';
import { createOnboardingLinks } from '../../shared/tenants/onboarding-links.ts';
import { createOnboardingStates } from '../../shared/tenants/onboarding-states.ts';
import { tenantAdmin, type TenantAdmin } from '../../shared/tenants/tenant-admin.ts';
import type { TenantProbe } from '../../shared/tenants/tenant-probe.ts';
import { createTenantStore } from '../../shared/tenants/tenant-store.ts';

const TENANTS_CLIENT_ID = 'e4d0a6f2-51c7-4b3e-9f18-6d616e79746e';

interface TenantsOptions {
  openTable: OpenTable;
  clock: Clock;
  /** What a look at a tenant finds; nobody has agreed unless told. */
  probe?: (tenantId: string) => Promise<TenantProbe>;
  homeTenantId?: string;
  vault?: ReturnType<typeof memorySecretVault>;
}

/** What is done about tenants, over memory stores. */
export function tenantsOver(options: TenantsOptions): TenantAdmin {
  const { openTable, clock } = options;
  const vault = options.vault ?? memorySecretVault();
  return tenantAdmin({
    tenants: createTenantStore(openTable),
    links: createOnboardingLinks({ openTable, clock, randomBytes }),
    states: createOnboardingStates(openTable),
    probe: options.probe ?? (async () => ({ ok: false, reason: 'Nobody agreed.' })),
    idOf: async () => null,
    vault: async () => vault,
    homeTenantId: options.homeTenantId ?? '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
    clientId: TENANTS_CLIENT_ID,
    publicUrl: 'https://keyturn.example',
    cloud: clouds.public,
    clock,
    randomBytes,
    log: createLog(() => undefined),
  });
}
