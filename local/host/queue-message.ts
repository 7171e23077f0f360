import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { RpcData } from './core-module.ts';
import type { TriggerPayload } from './invocations.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A queue message as the worker gets it, or null when it is not in the encoding that host.json names. */
export function queuePayload(
  message: DequeuedMessageItem,
  isBase64: boolean,
): TriggerPayload | null {
  if (isBase64 && !base64.test(message.messageText)) return null;
  const text = isBase64
    ? Buffer.from(message.messageText, 'base64').toString('utf8')
    : message.messageText;
  const asJson = (value: unknown): RpcData => ({ json: JSON.stringify(value) });
  return {
    data: { string: text },
    metadata: {
      QueueTrigger: { string: text },
      Id: asJson(message.messageId),
      PopReceipt: asJson(message.popReceipt),
      DequeueCount: asJson(message.dequeueCount),
      InsertionTime: asJson(message.insertedOn),
      ExpirationTime: asJson(message.expiresOn),
      NextVisibleTime: asJson(message.nextVisibleOn),
    },
  };
}
