import { randomBytes } from 'node:crypto';
import type { BrokerParts } from './broker-parts.ts';
import { providerDiscovery } from '../connections/tenant-discovery.ts';
import { createEgress } from '../egress.ts';
import type { Log } from '../log.ts';
import type { Adapters, MonitorParts } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';
import { createOnboardingLinks } from '../tenants/onboarding-links.ts';
import { createOnboardingStates } from '../tenants/onboarding-states.ts';
import { tenantAdmin, type TenantAdmin } from '../tenants/tenant-admin.ts';

/** Wires what is done about tenants; secrets of theirs lie in the vault of the broker. */
export function tenantAdminParts({
  settings,
  adapters: { openTable, clock },
  parts: { tenants, probeTenant },
  broker,
  log,
}: {
  settings: Settings;
  adapters: Pick<Adapters, 'openTable' | 'clock'>;
  parts: Pick<MonitorParts, 'tenants' | 'probeTenant'>;
  broker: () => Promise<Pick<BrokerParts, 'vault'>>;
  log: Log;
}): TenantAdmin {
  const { cloud, allowedHosts, publicUrl, homeTenantId, tenantsClientId: clientId } = settings;
  const egress = createEgress({ allowedHosts });
  const { tenantIdOf } = providerDiscovery({ cloud, egress, allowedHosts });
  return tenantAdmin({
    tenants,
    links: createOnboardingLinks({ openTable, clock, randomBytes }),
    states: createOnboardingStates(openTable),
    probe:
      probeTenant ?? (async () => ({ ok: false, reason: 'No other tenant can be read here.' })),
    idOf: tenantIdOf,
    vault: async () => (await broker()).vault,
    homeTenantId,
    clientId,
    publicUrl,
    cloud,
    clock,
    randomBytes,
    log,
  });
}
