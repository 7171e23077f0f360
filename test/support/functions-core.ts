import { createRequire } from 'node:module';
import type { HttpHandler } from '@azure/functions';

export interface RegisteredFunction {
  name: string;
  bindings: Record<string, Record<string, unknown>>;
  handler: HttpHandler;
}

interface LoadsModules {
  _load: (this: unknown, ...args: [request: string, ...rest: unknown[]]) => unknown;
}

/**
 * Stands in for the module that the Functions host gives to the worker, and collects what is registered. Must be called
 * before anything asks `@azure/functions` to register, because that library remembers that the module was absent.
 */
export function recordFunctions(): RegisteredFunction[] {
  const registered: RegisteredFunction[] = [];
  const core = {
    setProgrammingModel: () => {},
    registerHook: () => ({ dispose: () => {} }),
    log: () => {},
    registerFunction: (
      { name, bindings }: Omit<RegisteredFunction, 'handler'>,
      handler: HttpHandler,
    ) => {
      registered.push({ name, bindings, handler });
      return { dispose: () => {} };
    },
  };
  const loader = createRequire(import.meta.url)('node:module') as LoadsModules;
  const load = loader._load;
  loader._load = function loadOrStandIn(request, ...rest) {
    return request === '@azure/functions-core' ? core : load.call(this, request, ...rest);
  };
  return registered;
}
