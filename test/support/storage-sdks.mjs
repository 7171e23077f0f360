// Run with network.js preloaded: the storage SDKs as they come, over the connection string that is the one argument.
// Prints what they got as JSON.
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

const [connectionString] = process.argv.slice(2);

async function table() {
  const client = TableClient.fromConnectionString(connectionString, 'sdks', {
    allowInsecureConnection: true,
  });
  await client.createTable();
  await client.createEntity({ partitionKey: 'p', rowKey: 'r', value: 'one' });
  const { etag } = await client.getEntity('p', 'r');
  await client.updateEntity({ partitionKey: 'p', rowKey: 'r', value: 'two' }, 'Replace', { etag });
  const stale = await client
    .updateEntity({ partitionKey: 'p', rowKey: 'r', value: 'three' }, 'Replace', { etag })
    .catch((error) => error);
  return { value: (await client.getEntity('p', 'r')).value, stale: stale.statusCode };
}

async function queue() {
  const client = QueueServiceClient.fromConnectionString(connectionString).getQueueClient('sdks');
  await client.create();
  await client.sendMessage('hello');
  const { receivedMessageItems } = await client.receiveMessages({ visibilityTimeout: 5 });
  return receivedMessageItems.map(({ messageText, dequeueCount }) => [messageText, dequeueCount]);
}

async function blob() {
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient('sdks');
  await container.create();
  const client = container.getBlockBlobClient('one');
  await client.upload('state', 5);
  const lease = client.getBlobLeaseClient();
  const { leaseId } = await lease.acquireLease(15);
  const second = await client
    .getBlobLeaseClient()
    .acquireLease(15)
    .catch((error) => error);
  const refused = await client.upload('other', 5).catch((error) => error);
  await client.upload('newer', 5, { conditions: { leaseId } });
  return {
    text: (await client.downloadToBuffer()).toString(),
    refused: [second.statusCode, refused.statusCode],
  };
}

/** Azure's own storage is another host like any other. */
async function elsewhere() {
  const account = { name: 'keyturn', key: Buffer.from('no key').toString('base64') };
  const azure = `DefaultEndpointsProtocol=https;AccountName=${account.name};AccountKey=${account.key};EndpointSuffix=core.windows.net`;
  const client = TableClient.fromConnectionString(azure, 'sdks', {
    retryOptions: { maxRetries: 0 },
  });
  return String(await client.createTable().catch((error) => error));
}

console.log(
  JSON.stringify({
    table: await table(),
    queue: await queue(),
    blob: await blob(),
    elsewhere: await elsewhere(),
  }),
);
