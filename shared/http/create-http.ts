import type {
  HttpHandler,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from '@azure/functions';
import { AppError } from '../errors.ts';
import { failureText } from '../failure-text.ts';
import { createLog, type Log } from '../log.ts';
import type { SettingFault } from '../settings.ts';
import { auditAct } from './audit-act.ts';
import {
  callerName,
  identifyCaller,
  requireRole,
  type AccessServices,
  type Caller,
} from './caller.ts';
import { misconfigured, problemOf } from './problem.ts';
import { guardBodyLength } from './request-body.ts';
import { routes, type Role, type RouteName } from './routes.ts';

/** The services, or why there are none. */
export type Loaded<S> = { ok: true; services: S } | { ok: false; faults: SettingFault[] };

/** One request, for a handler that wants to know more than its input. */
export interface Call {
  caller: Caller | null;
  correlationId: string;
  /** Writes into the log of this invocation. */
  log: Log;
}

type Answer = HttpResponseInit | Promise<HttpResponseInit>;

export interface Http<S> {
  /**
   * A handler for a route of the table: services on first use, role checked, failures mapped, one line logged. While
   * settings are wrong it answers 503 with all faults.
   */
  http: (
    handler: (services: S, request: HttpRequest, call: Call) => Answer,
    name: RouteName,
  ) => HttpHandler;
  /** For the health routes, which answer even then. `load` is called only when the handler asks. */
  alwaysOpen: (
    handler: (load: () => Promise<Loaded<S>>, request: HttpRequest, call: Call) => Answer,
    name: RouteName,
  ) => HttpHandler;
}

/** Wraps handlers. `load` may be called often and must remember what it built. */
export function createHttp<S extends AccessServices>(load: () => Promise<Loaded<S>>): Http<S> {
  return {
    alwaysOpen: (handler, name) => (request, context) =>
      answered({ request, context, name }, (call) => handler(load, request, call)),

    http: (handler, name) => (request, context) =>
      answered({ request, context, name }, async (call) => {
        guardBodyLength(request.headers);
        const loaded = await load();
        if (!loaded.ok) return misconfigured(loaded.faults, call.correlationId);
        const { services } = loaded;
        call.caller = await callerFor(routes[name].role, services, request);
        requireRole(routes[name].role, call.caller);
        await auditAct(services.trail, request, { ...call, name });
        return handler(services, request, call);
      }),
  };
}

interface Invocation {
  request: HttpRequest;
  context: InvocationContext;
  name: RouteName;
}

async function answered(
  { request, context, name }: Invocation,
  serve: (call: Call) => Answer,
): Promise<HttpResponseInit> {
  const log = createLog((line, level) => context[level](line));
  const call: Call = { caller: null, correlationId: context.invocationId, log };
  const answer = await settled(call, serve);
  log.info('request answered', {
    route: name,
    method: request.method,
    status: answer.status ?? 200,
    caller: callerName(call.caller),
    correlationId: call.correlationId,
  });
  const headers = new Headers(answer.headers);
  // Nothing here may be kept by a browser or a proxy, whatever host.json says.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  headers.set('x-correlation-id', call.correlationId);
  return { ...answer, status: answer.status ?? 200, headers };
}

async function settled(call: Call, serve: (call: Call) => Answer): Promise<HttpResponseInit> {
  try {
    return await serve(call);
  } catch (error) {
    const answer = problemOf(error, call.correlationId);
    if ((answer.status ?? 500) >= 500) reportFailure(call, error);
    return answer;
  }
}

/** What the answer keeps back: the log has the failure, its cause and where it happened. */
export function reportFailure(
  { log, correlationId }: Pick<Call, 'log' | 'correlationId'>,
  error: unknown,
): void {
  const isOurs = error instanceof AppError;
  const cause = isOurs ? error.cause : error;
  const fields = {
    correlationId,
    code: isOurs ? error.code : 'internal_error',
    detail: isOurs ? error.message : null,
    cause: failureText(cause),
  };
  // Other services come back by themselves; an error of our own needs a human.
  if (isOurs && error.code !== 'internal_error') log.warn('request failed', fields);
  else log.error('request failed', fields);
}

async function callerFor(
  role: Role,
  services: AccessServices,
  { headers }: HttpRequest,
): Promise<Caller | null> {
  if (role === 'anyone' || role === 'hostMaster' || role === 'caller') return null;
  return identifyCaller(services, headers);
}
