import { findingStore } from '../checks/finding-store.ts';
import { connectionCredentialSource } from '../connections/connection-credential-source.ts';
import { connectionEndings } from '../connections/connection-endings.ts';
import { createConnectionStore } from '../connections/connection-store.ts';
import { secretEnds } from './secret-ends.ts';
import { tenantSource } from '../credentials/tenant-source.ts';
import { createManualItemStore } from '../credentials/manual-item-store.ts';
import { endingKeys } from './ending-keys.ts';
import type { Adapters, Directory, MonitorParts } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';
import { tenantPolicies, type TenantPolicy } from '../tenants/tenant-policy.ts';
import type { TenantProbe } from '../tenants/tenant-probe.ts';
import { createTenantStore, type TenantStore } from '../tenants/tenant-store.ts';
import { watchedTenants, type WatchedTenants } from '../tenants/watched-tenants.ts';

/** Which tenants are watched, how each is read, and what differs for it. */
export interface TenantParts {
  tenants: TenantStore;
  watched: WatchedTenants;
  policyOf: (tenantId: string) => Promise<TenantPolicy>;
  listsOf: (tenantId: string) => Promise<TenantPolicy['lists']>;
  directoryOf: (tenantId: string) => Directory;
  /** Null where this installation reads its own tenant alone. */
  probeTenant: ((tenantId: string) => Promise<TenantProbe>) | null;
}

/** Wires the tenants over table `tenants`; the home tenant is read as the installation itself. */
export function tenantParts(settings: Settings, adapters: Adapters): TenantParts {
  const { homeTenantId, tenantIds, alerts } = settings;
  const { fallback, escalation, operations, thresholds, recipientDomains } = alerts;
  const tenants = createTenantStore(adapters.openTable);
  const others = adapters.openTenants?.(tenants) ?? null;
  const lists = { fallback, escalation, operations };
  const policyOf = tenantPolicies(tenants, {
    lists,
    thresholds,
    recipientDomains,
    isQuiet: false,
  });
  return {
    tenants,
    watched: watchedTenants(tenants, tenantIds),
    policyOf,
    listsOf: async (tenantId) => (await policyOf(tenantId)).lists,
    directoryOf: (tenantId) =>
      others === null || tenantId === homeTenantId
        ? adapters.directoryOf(tenantId)
        : others.directoryOf(tenantId),
    probeTenant: others === null ? null : (tenantId) => others.probe(tenantId),
  };
}

type Readers = Pick<
  MonitorParts,
  | 'items'
  | 'connectionEndings'
  | 'sourceOf'
  | 'keptIn'
  | 'ownersOf'
  | 'domainsOf'
  | 'nameOf'
  | 'signInsOf'
>;

/** What is asked about a tenant: of its directory, and with the home tenant of what belongs to the installation. */
export function tenantReaders(
  { homeTenantId }: Pick<Settings, 'homeTenantId'>,
  { openTable, clock, vaults = null, keptCertificates = null }: Adapters,
  { directoryOf, policyOf }: Pick<TenantParts, 'directoryOf' | 'policyOf'>,
): Readers {
  const items = createManualItemStore(openTable);
  const list = async () => [...(await items.list()), ...(await endingKeys(openTable, clock))];
  const endings = {
    connections: createConnectionStore(openTable),
    secretEndOf: secretEnds(findingStore(openTable)),
    clock,
  };
  const connections = () => connectionCredentialSource(endings);
  return {
    items,
    connectionEndings: () => connectionEndings(endings),
    sourceOf: tenantSource({ homeTenantId, directoryOf, vaults, items: { list }, connections }),
    keptIn: (tenantId) => (tenantId === homeTenantId ? keptCertificates : null),
    ownersOf: (tenantId) => directoryOf(tenantId).owners,
    domainsOf: async (tenantId) => {
      const { recipientDomains } = await policyOf(tenantId);
      return recipientDomains ?? (await directoryOf(tenantId).verifiedDomains?.()) ?? [];
    },
    nameOf: (tenantId) => directoryOf(tenantId).name(),
    signInsOf: (tenantId) => directoryOf(tenantId).signIns ?? null,
  };
}
