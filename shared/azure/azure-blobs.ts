import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { identityCredential } from '../azure-credentials.ts';
import type { StorageSettings } from '../settings.ts';

/** A container of the state account. */
export function blobContainer(storage: StorageSettings, name: string): ContainerClient {
  // A try that hangs must end well within a lease.
  const retryOptions = { maxTries: 3, tryTimeoutInMs: 10_000, maxRetryDelayInMs: 4_000 };
  const service =
    storage.kind === 'connectionString'
      ? BlobServiceClient.fromConnectionString(storage.connectionString, { retryOptions })
      : new BlobServiceClient(storage.blobUrl, identityCredential(storage.clientId), {
          retryOptions,
        });
  return service.getContainerClient(name);
}
