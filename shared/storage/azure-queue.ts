import type { QueueClient } from '@azure/storage-queue';
import { ensuredClient } from './azure-storage.ts';
import { visibleAfterSeconds } from './queue-delay.ts';
import type { Queue } from './queue.ts';

export interface AzureQueueDeps {
  /** A client for the queue; credentials and address are the caller's business (shared/azure.ts). */
  connect: () => QueueClient;
}

/**
 * A queue of an Azure storage account (or Azurite), created where it is not there. Messages are base64 of JSON: the SDK sends
 * raw text, and the Functions queue trigger moves what is not base64 to the poison queue without a reason.
 * Throws AppError `storage_unavailable` when the service refuses or does not answer.
 */
export function azureQueue<T>({ connect }: AzureQueueDeps): Queue<T> {
  const client = ensuredClient({
    what: 'queue',
    connect,
    create: (queue) => queue.createIfNotExists(),
    goneCode: 'QueueNotFound',
  });
  return {
    send: async (message, delaySeconds) => {
      const text = Buffer.from(JSON.stringify(message), 'utf8').toString('base64');
      const visibilityTimeout = visibleAfterSeconds(delaySeconds);
      await client.run((queue) => queue.sendMessage(text, { visibilityTimeout }));
    },
  };
}
