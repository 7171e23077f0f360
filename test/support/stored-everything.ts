import { TableServiceClient, TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** Where something is kept, and its whole text. */
export interface Kept {
  where: string;
  text: string;
}

/** Every row, every message that can be seen, and every blob of a storage account, each as text. */
export async function everythingStored(connectionString: string): Promise<Kept[]> {
  const parts = [rows(connectionString), messages(connectionString), blobs(connectionString)];
  const kept: Kept[] = [];
  for (const part of parts) for await (const one of part) kept.push(one);
  return kept;
}

const plainHttp = { allowInsecureConnection: true };

async function* rows(connectionString: string): AsyncIterable<Kept> {
  const service = TableServiceClient.fromConnectionString(connectionString, plainHttp);
  for await (const { name = '' } of service.listTables()) {
    const table = TableClient.fromConnectionString(connectionString, name, plainHttp);
    for await (const entity of table.listEntities()) {
      yield { where: `table ${name}`, text: JSON.stringify(entity) };
    }
  }
}

async function* messages(connectionString: string): AsyncIterable<Kept> {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service
      .getQueueClient(name)
      .peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems) {
      const decoded = Buffer.from(messageText, 'base64').toString('utf8');
      yield { where: `queue ${name}`, text: `${messageText} ${decoded}` };
    }
  }
}

async function* blobs(connectionString: string): AsyncIterable<Kept> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name: containerName } of service.listContainers()) {
    const container = service.getContainerClient(containerName);
    for await (const blob of container.listBlobsFlat({ includeMetadata: true })) {
      const bytes = await container.getBlobClient(blob.name).downloadToBuffer();
      const text = `${blob.name} ${JSON.stringify(blob.metadata)} ${bytes.toString('utf8')}`;
      yield { where: `container ${containerName}`, text };
    }
  }
}
