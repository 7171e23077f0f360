import Module from 'node:module';

/** One binding as `@azure/functions` registers it: the trigger (direction `in`) or the HTTP answer (`out`). */
export interface Binding {
  type: string;
  direction: string;
  name?: string;
  // Of an HTTP trigger.
  route?: string;
  methods?: string[];
  authLevel?: string;
  // Of a timer.
  schedule?: string;
  useMonitor?: boolean;
  runOnStartup?: boolean;
  // Of a queue.
  queueName?: string;
  connection?: string;
}

export interface Registration {
  name: string;
  bindings: Record<string, Binding>;
  retryOptions?: unknown;
  handler: (...args: unknown[]) => unknown;
}

/** RPC payload of one binding. @see https://github.com/Azure/azure-functions-language-worker-protobuf */
export interface RpcData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: Record<string, unknown>;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: RpcData | null }>;
}

interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(coreContext: unknown): InvocationModel;
}

type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation';
type Hook = (context: Record<string, unknown>) => unknown;
export type CoreLog = (level: string, category: string, message: string) => void;

export interface CoreModule {
  registrations: Registration[];
  hooks: Record<HookName, Hook[]>;
  /** Set by the first registration. */
  model(): ProgrammingModel | null;
  /** From now on registering throws: the real worker does so once the app has been indexed. */
  lock(): void;
}

const specifier = '@azure/functions-core';

/**
 * Puts `@azure/functions-core` where `@azure/functions` looks for it: that module exists only inside the Functions
 * worker. Must run before `@azure/functions` is loaded, which remembers a failure.
 */
export function installCoreModule(log: CoreLog): CoreModule {
  const registrations: Registration[] = [];
  const hooks: CoreModule['hooks'] = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
  };
  let model: ProgrammingModel | null = null;
  let locked = false;

  const core = {
    version: '3.13.0',
    hostVersion: '4.1046.100',
    setProgrammingModel(given: ProgrammingModel) {
      model = given;
    },
    getProgrammingModel: () => model,
    registerFunction(metadata: Omit<Registration, 'handler'>, handler: Registration['handler']) {
      if (locked) throw new Error(`"${metadata.name}" is registered after the app was loaded`);
      registrations.push({ ...metadata, handler });
      return { dispose: () => remove(registrations, handler) };
    },
    registerHook(name: string, hook: Hook) {
      const list = hooks[name as HookName];
      if (list === undefined) throw systemRangeError(`Unrecognized hook "${name}"`);
      list.push(hook);
      return { dispose: () => list.splice(list.indexOf(hook), 1) };
    },
    log,
  };
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) =>
    request === specifier ? core : Reflect.apply(load, Module, [request, ...rest]);

  return {
    registrations,
    hooks,
    model: () => model,
    lock() {
      locked = true;
    },
  };
}

function remove(registrations: Registration[], handler: Registration['handler']): void {
  const at = registrations.findIndex((registration) => registration.handler === handler);
  if (at >= 0) registrations.splice(at, 1);
}

// The library turns a RangeError with this mark into "requires a newer host".
function systemRangeError(message: string): RangeError {
  return Object.assign(new RangeError(message), { isAzureFunctionsSystemError: true });
}
