import { randomUUID } from 'node:crypto';
import type { CoreModule, RpcData } from './core-module.ts';
import type { LoadedFunction } from './load-functions.ts';
import type { Activity } from './messages.ts';

export interface TriggerPayload {
  data: RpcData;
  metadata?: Record<string, RpcData>;
}

export interface Invocations {
  /**
   * Runs a function once, hooks included, and returns what its handler gave back (null for nothing). Throws what the
   * handler or a hook threw.
   */
  invoke(loaded: LoadedFunction, payload: TriggerPayload): Promise<RpcData | null>;
  activity(): Activity;
  /** Resolves when nothing runs. */
  drained(): Promise<void>;
}

export type FunctionLog = (functionName: string, level: string, message: string) => void;

/** The worker's part of an invocation, through the programming model that `@azure/functions` registered. */
export function createInvocations(core: CoreModule, log: FunctionLog): Invocations {
  let running = 0;
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    async invoke(loaded, payload) {
      running += 1;
      count += 1;
      try {
        return await runOnce(core, log, { loaded, payload });
      } finally {
        running -= 1;
        if (running === 0) {
          for (const resume of waiting) resume();
          waiting = [];
        }
      }
    },
    activity: () => ({ busy: running > 0, count }),
    drained: () =>
      running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  };
}

interface Invocation {
  loaded: LoadedFunction;
  payload: TriggerPayload;
}

async function runOnce(
  core: CoreModule,
  log: FunctionLog,
  { loaded, payload }: Invocation,
): Promise<RpcData | null> {
  const { name, registration, trigger } = loaded;
  const model = core.model();
  if (model === null) throw new Error('no programming model');
  const invocationId = randomUUID();
  const coreContext = {
    invocationId,
    metadata: { name, bindings: registration.bindings },
    request: {
      invocationId,
      functionId: name,
      inputData: [{ name: trigger.name, data: payload.data }],
      triggerMetadata: payload.metadata ?? {},
      traceContext: {},
    },
    state: 'preInvocationHooks',
    log: (level: string, _category: string, message: string) => log(name, level, message),
  };
  const invocation = model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  const shared = { hookData: {}, appHookData: {}, invocationContext: context };
  const before = { ...shared, inputs, functionCallback: registration.handler };
  for (const hook of core.hooks.preInvocation) await hook(before);
  const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null };
  coreContext.state = 'invocation';
  try {
    after['result'] = await invocation.invokeFunction(
      context,
      before.inputs,
      before.functionCallback,
    );
  } catch (error) {
    after['error'] = error;
  }
  coreContext.state = 'postInvocationHooks';
  for (const hook of core.hooks.postInvocation) await hook(after);
  if (after['error'] !== undefined && after['error'] !== null) throw after['error'];
  const response = await invocation.getResponse(context, after['result']);
  return response.returnValue ?? null;
}
