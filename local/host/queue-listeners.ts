import { QueueClient } from '@azure/storage-queue';
import { resolveAppSettings, type HostSettings } from './host-settings.ts';
import type { FunctionLog, Invocations } from './invocations.ts';
import type { LoadedFunction } from './load-functions.ts';
import { createQueueListener, type QueueListener } from './queue-listener.ts';

interface QueueListenersDeps {
  settings: HostSettings;
  env: Record<string, string | undefined>;
  invocations: Invocations;
  log: FunctionLog;
}

/** A listener for every queue trigger, and what the host would refuse about them. */
export function createQueueListeners(
  functions: LoadedFunction[],
  { settings, env, invocations, log }: QueueListenersDeps,
): { listeners: QueueListener[]; faults: string[] } {
  const faults: string[] = [];
  const listeners: QueueListener[] = [];
  for (const loaded of functions) {
    if (loaded.trigger.type !== 'queueTrigger') continue;
    const outcome = connect(loaded, { settings, env });
    if (typeof outcome === 'string') faults.push(`${loaded.name}: ${outcome}`);
    else
      listeners.push(
        createQueueListener(loaded, { ...outcome, invocations, settings: settings.queues, log }),
      );
  }
  return { listeners, faults };
}

function connect(
  { trigger }: LoadedFunction,
  { settings, env }: Pick<QueueListenersDeps, 'settings' | 'env'>,
): { queue: QueueClient; poison: QueueClient } | string {
  if (!settings.hasBundle4)
    return 'a queue trigger needs "extensionBundle" [4.*, 5.0.0) in host.json';
  const name = resolveAppSettings(trigger.queueName ?? '', env);
  if (name === null) return `an app setting in queue name "${trigger.queueName}" is missing`;
  if (!/^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    return `"${name}" is not a valid queue name`;
  const connection = trigger.connection ?? 'AzureWebJobsStorage';
  // The host looks for the prefixed name first.
  const text = env[`AzureWebJobs${connection}`] ?? env[connection];
  if (text === undefined) return `app setting "${connection}" (a connection string) is missing`;
  return { queue: new QueueClient(text, name), poison: new QueueClient(text, `${name}-poison`) };
}
