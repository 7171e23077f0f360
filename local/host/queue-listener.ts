import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { errorMessage, errorText } from './error-text.ts';
import type { QueueSettings } from './host-settings.ts';
import type { FunctionLog, Invocations } from './invocations.ts';
import type { LoadedFunction } from './load-functions.ts';
import { createPoller, type Poller } from './poller.ts';
import { queuePayload } from './queue-message.ts';

export interface QueueListener {
  /** Creates the queue, as the deployment does on Azure, and begins to poll. */
  start(): Promise<void>;
  /** Takes no more messages. */
  stop(): void;
  /** Resolves after a look at the queue that began after this call, or at once when all slots are taken. */
  lookAgain(): Promise<void>;
  /** Whether a message is in hand. */
  isBusy(): boolean;
}

interface QueueListenerDeps {
  queue: QueueClient;
  /** `{name}-poison`, made when first needed. */
  poison: QueueClient;
  invocations: Invocations;
  settings: QueueSettings;
  log: FunctionLog;
}

// The host takes 10 minutes and renews; ours is short, so that what a killed process held is soon back (design §9).
const lockSeconds = 10;

/**
 * A storage-queue trigger as the host runs it: batches, a renewed lock, delete on success, away for a while on
 * failure, and the poison queue after maxDequeueCount tries or when a message is not base64.
 * @see Microsoft Learn: "Azure Queue storage trigger for Azure Functions"
 */
export function createQueueListener(
  loaded: LoadedFunction,
  deps: QueueListenerDeps,
): QueueListener {
  const { queue, settings, log } = deps;
  let running = 0;

  const take = async (message: DequeuedMessageItem, poller: Poller): Promise<void> => {
    running += 1;
    try {
      await handle(loaded, deps, message);
    } catch (error) {
      log(loaded.name, 'error', errorText(error));
    } finally {
      running -= 1;
      poller.wake();
    }
  };
  const poller = createPoller(async () => {
    if (running > settings.newBatchThreshold) return false;
    try {
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: lockSeconds,
      });
      for (const message of receivedMessageItems) void take(message, poller);
      return receivedMessageItems.length > 0;
    } catch (error) {
      log(loaded.name, 'warning', `the queue could not be read: ${errorMessage(error)}`);
      return false;
    }
  });
  return {
    async start() {
      await queue.createIfNotExists();
      poller.start();
    },
    stop: () => poller.stop(),
    lookAgain: () => poller.lookAgain(),
    isBusy: () => running > 0,
  };
}

async function handle(
  loaded: LoadedFunction,
  deps: QueueListenerDeps,
  message: DequeuedMessageItem,
): Promise<void> {
  const { invocations, settings, log } = deps;
  const payload = queuePayload(message, settings.base64);
  if (payload === null)
    log(loaded.name, 'error', `message ${message.messageId} is not base64: to the poison queue`);
  if (payload === null || message.dequeueCount > settings.maxDequeueCount)
    return toPoison(deps, message, message.popReceipt);
  const lock = keepLock(deps.queue, message);
  try {
    await invocations.invoke(loaded, payload);
  } catch (error) {
    log(loaded.name, 'error', errorText(error));
    return failed(deps, message, await lock.release());
  }
  await deps.queue.deleteMessage(message.messageId, await lock.release());
  return undefined;
}

async function failed(
  deps: QueueListenerDeps,
  message: DequeuedMessageItem,
  popReceipt: string,
): Promise<void> {
  const { maxDequeueCount, retryVisibilitySeconds } = deps.settings;
  if (message.dequeueCount >= maxDequeueCount) return toPoison(deps, message, popReceipt);
  const { queue } = deps;
  await queue.updateMessage(message.messageId, popReceipt, undefined, retryVisibilitySeconds);
  return undefined;
}

async function toPoison(
  { queue, poison }: QueueListenerDeps,
  message: DequeuedMessageItem,
  popReceipt: string,
): Promise<void> {
  await poison.createIfNotExists();
  await poison.sendMessage(message.messageText);
  await queue.deleteMessage(message.messageId, popReceipt);
}

/** Renews a message's lock until released; gives the pop receipt that is valid then. */
function keepLock(
  queue: QueueClient,
  message: DequeuedMessageItem,
): { release(): Promise<string> } {
  let receipt = message.popReceipt;
  let renewing: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    const renewed = await queue.updateMessage(message.messageId, receipt, undefined, lockSeconds);
    receipt = renewed.popReceipt ?? receipt;
  };
  const timer = setInterval(
    () => {
      renewing = renewing.then(renew).catch(() => undefined);
    },
    (lockSeconds * 1000) / 3,
  );
  return {
    async release() {
      clearInterval(timer);
      await renewing;
      return receipt;
    },
  };
}
