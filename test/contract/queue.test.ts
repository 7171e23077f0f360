import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureQueue } from '../../shared/storage/azure-queue.ts';
import { memoryQueue } from '../../shared/storage/memory-queue.ts';
import type { Queue } from '../../shared/storage/queue.ts';
import { startAzurite, type Azurite } from '../support/azurite.ts';

interface Message {
  runId: string;
}
interface Harness {
  queue: Queue<Message>;
  /** What a worker would get now, or null. */
  receive: () => Promise<Message | null>;
}

let azurite: Azurite | undefined;
let queueCount = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

const connect = (name: string) => new QueueClient(azurite?.connectionString ?? '', name);

const adapters: [string, () => Harness][] = [
  [
    'memory',
    () => {
      const queue = memoryQueue<Message>();
      return { queue, receive: async () => queue.take() };
    },
  ],
  [
    'Azurite',
    () => {
      const name = `contract-${process.pid}-${(queueCount += 1)}`;
      const receive = async () => {
        const { receivedMessageItems } = await connect(name).receiveMessages();
        const [first] = receivedMessageItems;
        if (first === undefined) return null;
        // As strict as the Functions host: what does not survive base64 would go to the poison queue.
        const json = Buffer.from(first.messageText, 'base64');
        expect(json.toString('base64')).toBe(first.messageText);
        return JSON.parse(json.toString('utf8')) as Message;
      };
      return { queue: azureQueue<Message>({ connect: () => connect(name) }), receive };
    },
  ],
];

describe.each(adapters)('a queue (%s)', (_name, open) => {
  it('hands a message to a worker once it was sent', async () => {
    const { queue, receive } = open();
    await queue.send({ runId: '20261125T020000Z-3f9c.ä🔑' });
    expect(await receive()).toEqual({ runId: '20261125T020000Z-3f9c.ä🔑' });
    expect(await receive()).toBeNull();
  });

  it('keeps a delayed message back', async () => {
    const { queue, receive } = open();
    await queue.send({ runId: 'later' }, 30);
    await queue.send({ runId: 'now' });
    expect(await receive()).toEqual({ runId: 'now' });
    expect(await receive()).toBeNull();
  });

  it('takes sends that come at once, the first ones too', async () => {
    const { queue, receive } = open();
    await Promise.all(['a', 'b', 'c'].map((runId) => queue.send({ runId })));
    const seen = [await receive(), await receive(), await receive()].map((m) => m?.runId);
    expect(seen.toSorted((a, b) => `${a}`.localeCompare(`${b}`))).toEqual(['a', 'b', 'c']);
  });
});
