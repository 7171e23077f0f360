import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { FetchInterceptor } from '@mswjs/interceptors/fetch';
import { vi } from 'vitest';
import { isLoopbackHost } from '../../local/addresses.ts';
import { buildDirectory, type TenantDescription } from '../../local/cloud/build-directory.ts';
import { createCloud, type Cloud } from '../../local/cloud/create-cloud.ts';
import { emptyVault } from '../../local/cloud/seed-vault.ts';
import { isEmulatedHost } from '../../local/cloud/hosts.ts';
import { createTokenSigner } from '../../local/cloud/token-signer.ts';
import type { World } from '../../local/cloud/world.ts';
import { createForwarder } from '../../local/forward-fetch.ts';
import { forwardHttps } from '../../local/forward-https.ts';
import { productEnvironment } from '../../local/product-environment.ts';
import type { DeliveryMessage } from '../../shared/alerts/delivery-message.ts';
import type { AlertMessage, Notifier } from '../../shared/alerts/notifier.ts';
import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { azureAdapters } from '../../shared/azure.ts';
import { azureBrokerAdapters } from '../../shared/azure/azure-broker.ts';
import type { CheckMessage } from '../../shared/checks/start-night.ts';
import { createLog } from '../../shared/log.ts';
import type { Adapters } from '../../shared/wiring/monitor-parts.ts';
import { createServices, type Services } from '../../shared/services.ts';
import { readSettings } from '../../shared/settings.ts';
import { memoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables, type MemoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { seeded } from './random.ts';

/** What a channel was handed and took. */
interface Taken {
  at: string;
  channel: string;
  message: AlertMessage;
}

/** The product with its real adapters in this process: only storage is a twin, and the services are the local cloud. */
export interface InProcess {
  clock: FakeClock;
  world: World;
  /** Where the emulators answer. */
  cloudUrl: string;
  services: Services;
  tables: MemoryTables;
  taken: Taken[];
  /** Everything that the product logged. */
  printed: string[];
  /** Lines that the product logged at error level. */
  errors: string[];
  /** The directory is this from now on. */
  setTenant(tenant: TenantDescription): void;
  /** The timer of the night, and everything that follows from it. */
  night(): Promise<void>;
  /** Time goes on, a sweep looks, and what it finds is done. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export interface InProcessOptions {
  now: string;
  /** App settings to add or replace; null takes one away. */
  env?: Record<string, string | null>;
  adapters?: (adapters: Adapters) => Adapters;
  /** With the key vault of the local cloud, by the broker's identity. */
  withVault?: true;
}

// The identity library keeps tokens and the endpoint that gave them for the life of a process, so all clouds of one
// process sign with the same key and stand behind the same port.
const signer = createTokenSigner();
let current: Cloud | null = null;
let port: Promise<number> | null = null;

/** Date stands where the clock stands: token lives, mail dates and waits are all of the simulated time. */
export async function startInProcess(options: InProcessOptions): Promise<InProcess> {
  const clock = turning(fakeClock(options.now));
  const cloud = createCloud({
    now: () => clock.now(),
    clockControl: { set: async (iso) => clock.set(iso), advance: async () => undefined },
    keys: () => ({}),
    keyCredentialsPerMinute: null,
    signer,
  });
  current = cloud;
  const cloudPort = await (port ??= listen());
  const product = startProduct({ options, clock, cloudPort });
  return {
    ...product,
    clock,
    world: cloud.world,
    cloudUrl: `http://127.0.0.1:${cloudPort}`,
    setTenant: (tenant) => {
      cloud.world.directories.set(tenant.tenantId, buildDirectory(tenant));
      // As the control of the local cloud does: the seeded vault goes with the seeded tenant.
      emptyVault(cloud.world);
    },
    stop: async () => {
      current = null;
      vi.useRealTimers();
      vi.unstubAllEnvs();
    },
  };
}

/** host.json's sweep comes every five minutes; what waits longest (a claim) is over after two of them. */
const SWEEP_MS = 6 * 60_000;

function startProduct({
  options,
  clock,
  cloudPort,
}: {
  options: InProcessOptions;
  clock: FakeClock;
  cloudPort: number;
}) {
  const env = {
    ...productEnvironment({
      port: 7071,
      cloudPort,
      connectionString: 'UseDevelopmentStorage=true',
    }),
    ...options.env,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value ?? undefined);
  const read = readSettings(process.env);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { settings } = read;
  const tables = memoryTables();
  const checks = memoryQueue<CheckMessage>(clock);
  const deliveries = memoryQueue<DeliveryMessage>(clock);
  const taken: Taken[] = [];
  const errors: string[] = [];
  const printed: string[] = [];
  const real = azureAdapters(settings, { clock, random: seeded(1) });
  const change = options.adapters ?? ((adapters: Adapters) => adapters);
  const adapters = change({
    ...real,
    openTable: tables.open,
    // The twins are not on the network.
    probes: async () => ({ ...(await real.probes()), storage: async () => [] }),
    audit: memoryAuditLog(clock),
    checks,
    deliveries,
    notifiers: real.notifiers.map((notifier) => recorded(notifier, { clock, taken })),
  });
  const log = createLog((line, level) => {
    printed.push(line);
    if (level === 'error') errors.push(line);
  });
  const { broker } = settings;
  const brokerAdapters =
    options.withVault === true && broker !== null
      ? async () => azureBrokerAdapters(settings, broker, adapters)
      : null;
  const services = createServices({ settings, adapters, brokerAdapters, log });

  const work = async (): Promise<void> => {
    for (;;) {
      const check = checks.take();
      const delivery = check === null ? deliveries.take() : null;
      if (check !== null) await services.watchTenant(check.runId);
      else if (delivery !== null) await services.deliverAlerts(delivery.partition);
      else return;
    }
  };
  return {
    services,
    tables,
    taken,
    errors,
    printed,
    night: async () => {
      await services.startNight('schedule');
      await work();
    },
    sweep: async () => {
      clock.advance(SWEEP_MS);
      await services.sweep();
      await work();
    },
  };
}

function recorded(
  notifier: Notifier,
  { clock, taken }: { clock: FakeClock; taken: Taken[] },
): Notifier {
  return {
    ...notifier,
    send: async (message) => {
      const outcome = await notifier.send(message);
      if (outcome.status === 'accepted') {
        taken.push({ at: clock.now().toISOString(), channel: notifier.channel, message });
      }
      return outcome;
    },
  };
}

/** Turns Date along with the clock. */
function turning(clock: FakeClock): FakeClock {
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
  const turn = () => void vi.setSystemTime(clock.now());
  return {
    slept: clock.slept,
    now: () => clock.now(),
    sleep: async (ms) => {
      await clock.sleep(ms);
      turn();
    },
    advance: (ms) => {
      clock.advance(ms);
      turn();
    },
    set: (instant) => {
      clock.set(instant);
      turn();
    },
  };
}

/** The port of whichever cloud is there. */
async function listen(): Promise<number> {
  const server = createAdaptorServer({
    fetch: async (request, connection) =>
      current === null ? new Response(null, { status: 503 }) : current.fetch(request, connection),
    createServer,
  }) as Server;
  const cloudPort = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  server.unref();
  forwardEverything(cloudPort);
  return cloudPort;
}

/** As local/network.ts does it for a process of its own: emulated hosts go to the local cloud, others are refused. */
function forwardEverything(cloudPort: number): void {
  forwardHttps(cloudPort);
  const forward = createForwarder(cloudPort);
  const interceptor = new FetchInterceptor();
  // Awaited by the interceptor, whatever the type of a listener says.
  // oxlint-disable-next-line typescript/no-misused-promises
  interceptor.on('request', async ({ request, controller }) => {
    const url = new URL(request.url);
    if (isLoopbackHost(url.hostname)) return;
    try {
      if (!isEmulatedHost(url.hostname)) throw new Error(`refused: ${url.hostname}`);
      controller.respondWith(await forward(request, url));
    } catch (cause) {
      controller.errorWith(new TypeError('fetch failed', { cause }));
    }
  });
  interceptor.apply();
}
