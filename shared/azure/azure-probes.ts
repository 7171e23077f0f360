import { setTimeout as delay } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Client } from '@microsoft/microsoft-graph-client';
import { blobContainer } from './azure-blobs.ts';
import { identityCredential } from '../azure-credentials.ts';
import type { Clock } from '../clock.ts';
import {
  keyVaultClientOptions,
  type KeyVaultClientOptions,
} from '../credentials/key-vault-client-options.ts';
import { keyVaultFailure } from '../credentials/key-vault-failure.ts';
import { createEgress } from '../egress.ts';
import { AppError } from '../errors.ts';
import { CHECKS_QUEUE } from '../queue-names.ts';
import type { Settings, StorageSettings } from '../settings.ts';
import { graphLooks, surplusRoles } from '../setup/graph-permission-probe.ts';
import type { PermissionId } from '../setup/permission-list.ts';
import type { Held } from '../setup/permission-probe.ts';
import type { Surplus } from '../setup/surplus-checks.ts';
import type { StorageLook } from '../setup/surrounding-checks.ts';
import type { SetupProbes } from '../setup/setup-report.ts';
import type { OpenTable } from '../storage/table.ts';
import { beatsTable } from '../setup/timer-beats.ts';

interface ProbeDeps {
  /** Of the monitor's identity. */
  client: Client;
  credential: TokenCredential;
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
}

/** Asks Microsoft's cloud what Keyturn's identities may do there, with the least call for each. */
export function azureProbes(settings: Settings, deps: ProbeDeps): SetupProbes {
  const { cloud, storage } = settings;
  const vaultLooks: Partial<Record<PermissionId, () => Promise<Held>>> = {
    watchedVaults: () => watchedVaultsHeld(settings.watchedVaults, deps.credential),
    ownVault: () => ownVaultHeld(settings),
  };
  return {
    look: async (id) => {
      const look = graphLooks[id];
      if (look !== undefined) return look({ ...deps, cloud });
      return (await vaultLooks[id]?.()) ?? { granted: null, said: null };
    },
    surplus: () => surplusHeld(settings, deps.credential),
    storage: () => storageLooks(storage, deps.openTable),
    clockSkewMs: () => clockSkewMs(settings, deps.clock),
  };
}

/** The broker has nothing to do on Graph. */
async function surplusHeld(
  { cloud, broker }: Pick<Settings, 'cloud' | 'broker'>,
  credential: TokenCredential,
): Promise<Surplus[]> {
  const monitors = await surplusRoles({ credential, cloud });
  const brokers =
    broker === null
      ? []
      : await surplusRoles({ credential: identityCredential(broker.clientId), cloud }, () => false);
  return [
    ...monitors.map((role) => ({ identity: 'monitor' as const, role })),
    ...brokers.map((role) => ({ identity: 'broker' as const, role })),
  ];
}

async function watchedVaultsHeld(
  vaultUrls: readonly string[],
  credential: TokenCredential,
): Promise<Held> {
  const problems = await Promise.all(
    vaultUrls.map((url) => firstSecret(url, credential, vaultUrls)),
  );
  const said = problems.filter((problem) => problem !== null).join(' ');
  return { granted: said === '', said: said === '' ? null : said };
}

/** Null where the vault shows what it holds. */
async function firstSecret(
  url: string,
  credential: TokenCredential,
  vaultUrls: readonly string[],
): Promise<string | null> {
  const told = { body: '' };
  const options = keyVaultClientOptions(url, { credential, vaultUrls, maxRetries: 1 }, told);
  try {
    await firstPage(url, credential, options);
    return null;
  } catch (error) {
    const [vault = url] = new URL(url).hostname.split('.', 1);
    return keyVaultFailure(error, vault, told.body).reason;
  }
}

async function firstPage(
  url: string,
  credential: TokenCredential,
  options: KeyVaultClientOptions,
): Promise<void> {
  const client = new SecretClient(url, credential, options);
  await client.listPropertiesOfSecrets().byPage({ maxPageSize: 1 }).next();
}

/** A name that Keyturn gives to nothing: that it is absent can be said to those alone who may read. */
const NO_SECRET = 'keyturn-self-check';

/** Reading is tried; writing, deleting and purging come with the same role, and are not. */
async function ownVaultHeld({ broker }: Pick<Settings, 'broker'>): Promise<Held> {
  if (broker === null) return { granted: null, said: null };
  const credential = identityCredential(broker.clientId);
  const { keyVaultSecretVault } = await import('../connections/key-vault-secret-vault.ts');
  try {
    const options = { retryOptions: { maxRetries: 1 } };
    await keyVaultSecretVault(() => new SecretClient(broker.vaultUrl, credential, options)).newest(
      NO_SECRET,
    );
    return { granted: true, said: null };
  } catch (error) {
    const said = error instanceof AppError ? error.message : null;
    return { granted: isRefusal(error) ? false : null, said };
  }
}

function isRefusal(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : null;
  const status: unknown = cause instanceof Error ? Reflect.get(cause, 'statusCode') : null;
  return status === 401 || status === 403;
}

async function storageLooks(
  storage: StorageSettings,
  openTable: OpenTable,
): Promise<StorageLook[]> {
  const looks: Record<StorageLook['kind'], () => Promise<unknown>> = {
    tables: () => beatsTable(openTable).get('none', 'none'),
    queues: () => queueOf(storage).getProperties(),
    blobs: () => blobContainer(storage, 'audit').getProperties(),
  };
  return Promise.all(
    Object.entries(looks).map(async ([kind, look]) => ({
      kind: kind as StorageLook['kind'],
      problem: await Promise.race([look().then(() => null, problemOf), silence()]),
    })),
  );
}

/** The SDKs try for minutes; whoever asks what is wrong does not wait for that. */
const PATIENCE_MS = 10_000;

function silence(): Promise<string> {
  return delay(PATIENCE_MS, 'It did not answer within 10 seconds.', { ref: false });
}

function queueOf(storage: StorageSettings) {
  const service =
    storage.kind === 'connectionString'
      ? QueueServiceClient.fromConnectionString(storage.connectionString)
      : new QueueServiceClient(storage.queueUrl, identityCredential(storage.clientId));
  return service.getQueueClient(CHECKS_QUEUE);
}

/** Null for what is merely not there yet: it is made by its first use. The SDK's text can quote addresses. */
function problemOf(error: unknown): string | null {
  if (error instanceof AppError) return error.message;
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : null;
  if (status === 404) return null;
  return typeof status === 'number' ? `It answered ${status}.` : 'It did not answer.';
}

async function clockSkewMs(
  { cloud, homeTenantId, allowedHosts }: Settings,
  clock: Pick<Clock, 'now'>,
): Promise<number | null> {
  const egress = createEgress({ allowedHosts });
  try {
    const url = `${cloud.loginUrl}/${homeTenantId}/v2.0/.well-known/openid-configuration`;
    const { headers } = await egress({ url, maxBytes: 262_144 });
    const told = Date.parse(headers.date ?? '');
    // The header counts whole seconds.
    return Number.isNaN(told) ? null : clock.now().getTime() - told;
  } catch {
    return null;
  }
}
