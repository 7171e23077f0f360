import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What of host.json this host follows. @see Microsoft Learn: "host.json reference for Azure Functions 2.x and later" */
export interface HostSettings {
  routePrefix: string;
  customHeaders: Record<string, string>;
  hasBundle4: boolean;
  queues: QueueSettings;
}

export interface QueueSettings {
  batchSize: number;
  newBatchThreshold: number;
  maxDequeueCount: number;
  /** How long a message stays away after a failed try, in seconds. */
  retryVisibilitySeconds: number;
  base64: boolean;
}

interface HostJson {
  version?: string;
  extensionBundle?: { id?: string; version?: string };
  extensions?: {
    http?: { routePrefix?: string; customHeaders?: Record<string, string> };
    queues?: {
      batchSize?: number;
      newBatchThreshold?: number;
      maxDequeueCount?: number;
      visibilityTimeout?: string;
      messageEncoding?: string;
    };
  };
}

/** Reads host.json of an app, with the host's defaults. Throws with the file's name when it is absent or not JSON. */
export async function readHostSettings(appDirectory: string): Promise<HostSettings> {
  const file = path.join(appDirectory, 'host.json');
  let json: HostJson;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
  if (json.version !== '2.0') throw new Error(`${file}: "version" must be "2.0"`);
  const { http = {} } = json.extensions ?? {};
  return {
    routePrefix: http.routePrefix ?? 'api',
    customHeaders: http.customHeaders ?? {},
    hasBundle4: isBundle4(json.extensionBundle),
    queues: readQueues(json.extensions?.queues),
  };
}

function readQueues(queues: NonNullable<HostJson['extensions']>['queues'] = {}): QueueSettings {
  const batchSize = queues.batchSize ?? 16;
  return {
    batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(batchSize / 2),
    maxDequeueCount: queues.maxDequeueCount ?? 5,
    retryVisibilitySeconds: (timeSpanMs(queues.visibilityTimeout ?? '00:00:00') ?? 0) / 1000,
    base64: queues.messageEncoding !== 'none',
  };
}

function isBundle4(bundle: HostJson['extensionBundle']): boolean {
  return (
    bundle?.id === 'Microsoft.Azure.Functions.ExtensionBundle' &&
    /^[[(]\s*4\./.test(bundle.version ?? '')
  );
}

/** Milliseconds of a .NET TimeSpan such as `00:15:00` or `1.02:00:00`, or null. */
export function timeSpanMs(text: string): number | null {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
}

/** A value with its `%NAME%` parts taken from the app settings; null when one of them is not set. */
export function resolveAppSettings(
  text: string,
  env: Record<string, string | undefined>,
): string | null {
  let missing = false;
  const resolved = text.replace(/%([^%]+)%/g, (_, name: string) => {
    if (env[name] === undefined) missing = true;
    return env[name] ?? '';
  });
  return missing ? null : resolved;
}
