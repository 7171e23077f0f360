import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { startAzurite, type Azurite } from './azurite.ts';
import { createLocalClock, type ClockControl, type LocalClock } from './clock-control.ts';
import { createFront, startHostGroup, type HostGroup, type LocalHost } from './host-group.ts';
import { putSeedConnections, type ConnectionKeys } from './product-connections.ts';
import { putSeedConsumers } from './product-consumers.ts';
import type { CloudName } from './cloud/national-clouds.ts';
import { productEnvironment } from './product-environment.ts';
import { localKeys, type LocalKeys } from './product-keys.ts';

export interface LocalOptions {
  /** Of Keyturn; 0: any free port. 7071 unless given. */
  port?: number;
  /** Of the emulated services; 0: any free port. 7072 unless given. */
  cloudPort?: number;
  /** The cloud that the installation lives in; the public one unless given. */
  cloudName?: CloudName;
  /** What `PUT /_control/tenant` is to get before the first host starts. */
  tenant?: unknown;
  /** ISO instant that the clock starts at; the machine's time unless given. */
  now?: string;
  /** Folder that keeps storage and keys; in memory unless given. */
  data?: string;
  /** Number of Functions host processes; 1 unless given. */
  hosts?: number;
  /** Folder with package.json, host.json and the built functions; this package unless given. */
  app?: string;
  /** Folder of the bundled runtime, network.js and host/main.js; dist/local unless given. */
  runtime?: string;
  /** App settings to add or replace. */
  env?: Record<string, string>;
  /** Whether to make the admin's and the reader's key; true unless given. */
  makeKeys?: boolean;
  /** Hands on what functions log below warning. */
  verbose?: boolean;
  /** Gets what the hosts write, line by line. */
  print?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** A running local installation. */
export interface Local {
  url: string;
  cloudUrl: string;
  masterKey: string;
  keys: LocalKeys | null;
  /** A key of each seeded connection, by its id. */
  connectionKeys: ConnectionKeys;
  /** Of Azurite, for tests that look into the storage. */
  connectionString: string;
  hosts: LocalHost[];
  clock: ClockControl;
  stop: () => Promise<void>;
}

/** What the local cloud needs of its emulators (local/cloud/create-cloud.ts). */
export type CreateCloud = (options: {
  now: () => Date;
  clockControl: ClockControl;
  keys: () => unknown;
}) => {
  /** The second argument is what @hono/node-server adds: the connection, for scripted failures. */
  fetch(
    request: Request,
    connection?: { outgoing?: { destroy(): unknown } },
  ): Response | Promise<Response>;
};

/** The host's master key (design §9): good for nothing but this machine. */
const masterKey = 'keyturn-local-master';

/**
 * Starts emulators, storage and Functions hosts, and resolves when they answer. Throws, with nothing left running, when
 * a port is taken, the host refuses the app or the product does not give keys.
 */
export async function runLocal(createCloud: CreateCloud, options: LocalOptions): Promise<Local> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await run({ createCloud, options, closers, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  createCloud: CreateCloud;
  options: LocalOptions;
  closers: (() => Promise<void>)[];
  stop: () => Promise<void>;
}

async function run({ createCloud, options, closers, stop }: Start): Promise<Local> {
  let group: HostGroup | null = null;
  let keys: LocalKeys | null = null;
  let connectionKeys: ConnectionKeys = {};
  const clock = createLocalClock(options.now ?? null, {
    machineNow: Date.now,
    apply: async (offsetMs) => {
      await group?.setClock(offsetMs);
      await group?.runDueTimers();
      await group?.settle();
    },
  });
  const cloud = createCloud({
    now: clock.now,
    clockControl: clock.control,
    keys: () => ({ ...keys, connections: connectionKeys }),
  });
  const front = createFront();
  const port = await listen(front, options.port ?? 7071, 'port');
  // Its close() would wait for word from host processes that have ended; it listens no longer at once.
  closers.push(async () => void front.close());
  const cloudServer = createAdaptorServer({
    fetch: (request, connection) => cloud.fetch(request, connection),
  }) as HttpServer;
  const cloudPort = await listen(cloudServer, options.cloudPort ?? 7072, 'cloud-port');
  closers.push(() => close(cloudServer));
  const azurite = await startStorage(options.data ?? null);
  closers.push(() => azurite.stop());
  if (options.tenant !== undefined) await putTenant(cloudPort, options.tenant);

  const started = await startHosts(front, { options, clock, port, cloudPort, azurite });
  group = started;
  closers.push(() => started.stop());
  const url = `http://localhost:${port}`;
  const cloudUrl = `http://localhost:${cloudPort}`;
  if (options.makeKeys !== false)
    ({ keys, connectionKeys } = await putSeeds({ options, clock, url, cloudUrl }));
  return {
    url,
    cloudUrl,
    masterKey,
    keys,
    connectionKeys,
    connectionString: azurite.connectionString,
    hosts: started.hosts,
    clock: clock.control,
    stop,
  };
}

/** The keys of the installation, and what the story's tenant needs in it. */
async function putSeeds({
  options,
  clock,
  url,
  cloudUrl,
}: {
  options: LocalOptions;
  clock: LocalClock;
  url: string;
  cloudUrl: string;
}): Promise<{ keys: LocalKeys; connectionKeys: ConnectionKeys }> {
  const kept = { now: clock.now, dataDirectory: options.data ?? null };
  const keys = await localKeys({ url, masterKey, ...kept });
  if (options.tenant !== undefined) return { keys, connectionKeys: {} };
  const seeding = { url, cloudUrl, adminKey: keys.admin, ...kept };
  const cloudName = options.cloudName ?? 'public';
  const [connectionKeys] = await Promise.all([
    putSeedConnections({ ...seeding, cloudName }),
    putSeedConsumers(seeding),
  ]);
  return { keys, connectionKeys };
}

async function startStorage(data: string | null): Promise<Azurite> {
  if (data === null) return startAzurite({ dataDirectory: null });
  const dataDirectory = path.resolve(data, 'storage');
  await mkdir(dataDirectory, { recursive: true });
  return startAzurite({ dataDirectory });
}

interface HostsStart {
  options: LocalOptions;
  clock: LocalClock;
  port: number;
  cloudPort: number;
  azurite: Azurite;
}

function startHosts(
  front: Server,
  { options, clock, port, cloudPort, azurite }: HostsStart,
): Promise<HostGroup> {
  const root = packageDirectory();
  const print = options.print ?? (() => undefined);
  const { connectionString } = azurite;
  const { cloudName } = options;
  const env = {
    ...productEnvironment({ port, cloudPort, connectionString, cloudName }),
    ...options.env,
  };
  return startHostGroup(front, {
    count: options.hosts ?? 1,
    process: () => ({
      appDirectory: path.resolve(options.app ?? root),
      runtimeDirectory: options.runtime ?? path.join(root, 'dist', 'local'),
      masterKey,
      cloudPort,
      verbose: options.verbose ?? false,
      env,
      clockOffsetMs: clock.offsetMs(),
      print,
    }),
    report: (line) => print(line, 'stderr'),
  });
}

/** This package's folder, from the sources as well as from a bundle below dist/. */
function packageDirectory(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(directory, 'package.json'))) directory = path.dirname(directory);
  return directory;
}

async function putTenant(cloudPort: number, tenant: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${cloudPort}/_control/tenant`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(tenant),
  });
  if (!response.ok) throw new Error(`the tenant was refused: ${await response.text()}`);
}

function listen(server: Server, port: number, flag: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = `port ${port} is taken: stop what listens there, or give another with --${flag}`;
      reject(error.code === 'EADDRINUSE' ? new Error(reason, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
