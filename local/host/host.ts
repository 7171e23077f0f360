import type { Server } from 'node:http';
import { createAdminRoutes } from './admin-routes.ts';
import { installCoreModule, type CoreModule } from './core-module.ts';
import { errorMessage, errorText } from './error-text.ts';
import { readHostSettings, resolveAppSettings } from './host-settings.ts';
import { createHttpRoutes } from './http-routes.ts';
import { createHttpServer } from './http-server.ts';
import { createInvocations, type FunctionLog } from './invocations.ts';
import { loadFunctions, type LoadedFunction } from './load-functions.ts';
import type { Activity, HostOptions } from './messages.ts';
import { createQueueListeners } from './queue-listeners.ts';
import { parseSchedule } from './schedule.ts';
import { blobTimerStatus } from './timer-status.ts';
import { createTimers, type Timer } from './timers.ts';

/** One Functions host in this process. */
export interface Host {
  /** Names of the functions that run. */
  functions: string[];
  server: Server;
  setTimersActive(active: boolean): Promise<void>;
  runDueTimers(): Promise<void>;
  /** What happens in this host, after a fresh look at every queue. */
  settle(): Promise<Activity>;
  /** Takes no more work, waits for what runs, and runs the app's appTerminate hooks. */
  stop(): Promise<void>;
}

interface HostDeps {
  env: Record<string, string | undefined>;
  now: () => Date;
  log: FunctionLog;
}

/**
 * Starts a Functions host with the app of a folder. Returns what the real host would refuse as `faults`, and no host
 * then: a fault that Azure shows only after a deployment should stop a local run.
 */
export async function startHost(
  options: HostOptions,
  { env, now, log }: HostDeps,
): Promise<{ host: Host } | { faults: string[] }> {
  const core = installCoreModule((level, _category, message) => log('host', level, message));
  const settings = await readHostSettings(options.appDirectory);
  const { functions, faults } = await loadFunctions(core, options.appDirectory);
  const invocations = createInvocations(core, log);
  const routes = createHttpRoutes(functions, settings.routePrefix);
  const queues = createQueueListeners(functions, { settings, env, invocations, log });
  const schedules = readTimers(functions, env);
  const storage = env['AzureWebJobsStorage'];
  const allFaults = [...faults, ...routes.faults, ...queues.faults, ...schedules.faults];
  if (storage === undefined) allFaults.push('app setting "AzureWebJobsStorage" is missing');
  if (storage === undefined || allFaults.length > 0) return { faults: allFaults };

  const statuses = blobTimerStatus(storage);
  const timers = createTimers(schedules.timers, { invocations, statuses, now, log });
  const admin = createAdminRoutes({ functions, invocations, log });
  const server = createHttpServer(
    { routes, admin, invocations, log },
    { ...options, customHeaders: settings.customHeaders },
  );
  for (const listener of queues.listeners) await listener.start();
  const host: Host = {
    functions: functions.map(({ name }) => name),
    server,
    setTimersActive: (active) => timers.setActive(active),
    runDueTimers: () => timers.runDue(),
    async settle() {
      await Promise.all(queues.listeners.map((listener) => listener.lookAgain()));
      const { busy, count } = invocations.activity();
      return { busy: busy || queues.listeners.some((listener) => listener.isBusy()), count };
    },
    async stop() {
      await timers.setActive(false);
      for (const listener of queues.listeners) listener.stop();
      await invocations.drained();
      await runTerminateHooks(core, log);
    },
  };
  return { host };
}

function readTimers(
  functions: LoadedFunction[],
  env: Record<string, string | undefined>,
): { timers: Timer[]; faults: string[] } {
  const timers: Timer[] = [];
  const faults: string[] = [];
  for (const loaded of functions) {
    if (loaded.trigger.type !== 'timerTrigger') continue;
    const written = loaded.trigger.schedule ?? '';
    const text = resolveAppSettings(written, env);
    try {
      if (text === null) faults.push(`${loaded.name}: an app setting in "${written}" is missing`);
      else timers.push({ loaded, schedule: parseSchedule(text) });
    } catch (error) {
      faults.push(`${loaded.name}: ${errorMessage(error)}`);
    }
  }
  return { timers, faults };
}

async function runTerminateHooks(core: CoreModule, log: FunctionLog): Promise<void> {
  for (const hook of core.hooks.appTerminate) {
    try {
      await hook({ hookData: {}, appHookData: {} });
    } catch (error) {
      log('host', 'error', errorText(error));
    }
  }
}
