import { combinedSource, type SourcePart } from './combined-source.ts';
import type { CredentialSource } from './credential-source.ts';
import { CONNECTIONS_LIST, ITEMS_LIST } from './held-credential.ts';
import { manualCredentialSource } from './manual-credential-source.ts';
import type { ManualItemStore } from './manual-item-store.ts';

export interface TenantSourceDeps {
  homeTenantId: string;
  directoryOf: (tenantId: string) => { source: CredentialSource };
  vaults: CredentialSource | null;
  items: Pick<ManualItemStore, 'list'>;
  /** Keyturn's own connections that need somebody, for one run. */
  connections: () => CredentialSource;
}

/**
 * What is read about a tenant: its directory, and with the home tenant the key vaults, the operators' list and the connections, which
 * belong to the installation and would otherwise be read, and told about, once per tenant.
 */
export function tenantSource({
  homeTenantId,
  directoryOf,
  vaults,
  items,
  connections,
}: TenantSourceDeps): (tenantId: string) => CredentialSource {
  return (tenantId) => {
    const directory: SourcePart = { list: 'applications', source: directoryOf(tenantId).source };
    if (tenantId !== homeTenantId) return directory.source;
    return combinedSource([
      directory,
      ...(vaults === null ? [] : [{ list: 'vaults', source: vaults }]),
      { list: ITEMS_LIST, source: manualCredentialSource(items) },
      { list: CONNECTIONS_LIST, source: connections() },
    ]);
  };
}
