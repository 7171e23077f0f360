import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { notifiersOf } from './wiring/alert-channels.ts';
import type { SecretVault } from './connections/secret-vault.ts';
import type { Client } from '@microsoft/microsoft-graph-client';
import { azureAudit } from './azure/azure-audit.ts';
import { identityCredential } from './azure-credentials.ts';
import { azureTenantDirectories } from './azure/azure-tenants.ts';
import { graphAccounts } from './credentials/graph-account.ts';
import { graphCredentialSource } from './credentials/graph-credential-source.ts';
import { graphOrganization } from './credentials/graph-organization.ts';
import { graphOwners } from './credentials/graph-owners.ts';
import { graphSignInActivity } from './credentials/graph-sign-in-activity.ts';
import { createGraphClient } from './graph/graph-client.ts';
import type { Adapters, Directory } from './wiring/monitor-parts.ts';
import { CHECKS_QUEUE, DELIVERIES_QUEUE } from './queue-names.ts';
import type { Settings, StorageSettings } from './settings.ts';
import { azureQueue } from './storage/azure-queue.ts';
import { azureTables } from './storage/azure-table.ts';
import type { Queue } from './storage/queue.ts';
import type { OpenTable } from './storage/table.ts';

/** The tables of the state account, made on first use. */
function openTables(storage: StorageSettings): OpenTable {
  const credential = storageCredential(storage);
  return azureTables({
    connect: (name) =>
      storage.kind === 'connectionString'
        ? TableClient.fromConnectionString(storage.connectionString, name, {
            // Azurite on loopback speaks plain http; settings.ts refuses it for any other host.
            allowInsecureConnection: storage.connectionString.includes('http://'),
          })
        : new TableClient(storage.tableUrl, name, credential()),
  });
}

/** A queue of the state account, by its name; made on first use. */
function openQueue<T>(storage: StorageSettings, name: string): Queue<T> {
  const credential = storageCredential(storage);
  const connect = (): QueueClient =>
    storage.kind === 'connectionString'
      ? QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(name)
      : new QueueServiceClient(storage.queueUrl, credential()).getQueueClient(name);
  return azureQueue<T>({ connect });
}

function storageCredential(storage: StorageSettings): () => TokenCredential {
  return () => identityCredential(storage.kind === 'identity' ? storage.clientId : null);
}

/** The services of Microsoft's cloud, by the identities that the settings name. */
export function azureAdapters(
  settings: Settings,
  { clock, random }: Pick<Adapters, 'clock' | 'random'>,
): Adapters {
  const { cloud, storage } = settings;
  const credential = identityCredential(settings.monitorClientId);
  const client = createGraphClient({ cloud, credential, clock, random });
  const organization = graphOrganization(client, clock);
  const home: Directory = {
    source: graphCredentialSource({ client }),
    owners: graphOwners({ client, clock }),
    account: graphAccounts(client),
    name: () => organization.name(),
    verifiedDomains: () => organization.verifiedDomains(),
    ...signInsOf(settings, client),
  };
  const openTable = openTables(storage);
  return {
    openTable,
    checks: openQueue(storage, CHECKS_QUEUE),
    deliveries: openQueue(storage, DELIVERIES_QUEUE),
    clock,
    random,
    audit: azureAudit(storage, clock),
    directoryOf: () => home,
    openTenants: (store) =>
      azureTenantDirectories({ settings, clock, random, store, vault: vaultOf(settings) }),
    ...(settings.watchedVaults.length === 0 ? {} : watchedVaults(settings)),
    notifiers: notifiersOf(settings, { client, clock }),
    // Asked for by people, seldom: no cold start waits for it.
    probes: async () => {
      const { azureProbes } = await import('./azure/azure-probes.ts');
      return azureProbes(settings, { client, credential, openTable, clock });
    },
  };
}

/** Microsoft Learn: the report is there in the global cloud alone. */
function signInsOf({ cloud, checks }: Settings, client: Client): Pick<Directory, 'signIns'> {
  const isRead = checks.signInActivity && cloud.hasSignInActivity;
  return isRead ? { signIns: graphSignInActivity({ client, graphUrl: cloud.graphUrl }) } : {};
}

/** Its SDK is loaded by the first tenant that needs it. */
function vaultOf({ broker }: Settings): (() => Promise<SecretVault>) | null {
  if (broker === null) return null;
  let vault: SecretVault | null = null;
  return async () => {
    const { brokerVault } = await import('./azure/azure-vault.ts');
    return (vault ??= brokerVault(broker));
  };
}

/** Loaded by the first check, and only where vaults are watched: no HTTP function waits for these SDKs. */
function watchedVaults(settings: Settings): Pick<Adapters, 'vaults' | 'keptCertificates'> {
  const deps = () => ({
    credential: identityCredential(settings.monitorClientId),
    vaultUrls: settings.watchedVaults,
  });
  return {
    vaults: {
      read: async function* read() {
        const { keyVaultCredentialSource } =
          await import('./credentials/key-vault-credential-source.ts');
        yield* keyVaultCredentialSource(deps()).read();
      },
    },
    keptCertificates: {
      find: async (thumbprints) => {
        const { keyVaultKeptCertificates } =
          await import('./credentials/key-vault-kept-certificates.ts');
        return keyVaultKeptCertificates(deps()).find(thumbprints);
      },
    },
  };
}
