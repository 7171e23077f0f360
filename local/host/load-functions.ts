import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { glob } from 'tinyglobby';
import type { Binding, CoreModule, Registration } from './core-module.ts';

type TriggerType = 'httpTrigger' | 'timerTrigger' | 'queueTrigger';

export interface LoadedFunction {
  name: string;
  trigger: Binding & { type: TriggerType; name: string };
  registration: Registration;
}

export interface LoadedApp {
  functions: LoadedFunction[];
  /** What the real host would refuse, one sentence each. */
  faults: string[];
}

const supported: ReadonlySet<string> = new Set(['httpTrigger', 'timerTrigger', 'queueTrigger']);

/**
 * Loads an app as the Node worker does: every file that package.json `main` (a glob) matches, then the appStart hooks,
 * then the lock. Functions switched off by `AzureWebJobs.{name}.Disabled` are left out.
 */
export async function loadFunctions(core: CoreModule, appDirectory: string): Promise<LoadedApp> {
  const manifest = JSON.parse(await readFile(path.join(appDirectory, 'package.json'), 'utf8'));
  const files = await glob(manifest.main, { cwd: appDirectory, absolute: true });
  if (files.length === 0)
    return { functions: [], faults: [`package.json "main" (${manifest.main}) matches no file`] };
  for (const file of files.sort()) await import(pathToFileURL(file).href);
  const start = { hookData: {}, appHookData: {}, functionAppDirectory: appDirectory };
  for (const hook of core.hooks.appStart) await hook(start);
  core.lock();
  const model = core.model();
  if (model === null) return { functions: [], faults: ['the app registered no function'] };
  await model.getCapabilities({});

  const faults: string[] = [];
  const functions: LoadedFunction[] = [];
  const names = new Set<string>();
  for (const registration of core.registrations) {
    const outcome = check(registration, names);
    if (typeof outcome === 'string') faults.push(`${registration.name}: ${outcome}`);
    else if (process.env[`AzureWebJobs.${registration.name}.Disabled`] !== 'true')
      functions.push(outcome);
  }
  return { functions, faults };
}

function check(registration: Registration, names: Set<string>): LoadedFunction | string {
  const { name, bindings } = registration;
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,126}$/.test(name)) return 'is not a valid function name';
  if (names.has(name.toLowerCase())) return 'is registered twice';
  names.add(name.toLowerCase());
  if (registration.retryOptions !== undefined) return 'retry options are not part of this host';
  const inputs = Object.entries(bindings).filter(([, binding]) => binding.direction === 'in');
  const [first, ...others] = inputs;
  if (first === undefined || others.length > 0) return 'needs exactly one trigger and no inputs';
  for (const [, binding] of Object.entries(bindings))
    if (binding.direction !== 'in' && binding.type !== 'http')
      return `output binding "${binding.type}" is not part of this host`;
  const [bindingName, trigger] = first;
  if (!supported.has(trigger.type)) return `trigger "${trigger.type}" is not part of this host`;
  const type = trigger.type as TriggerType;
  return { name, registration, trigger: { ...trigger, type, name: bindingName } };
}
