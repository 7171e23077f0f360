import { errorText } from './error-text.ts';
import type { FunctionLog, Invocations, TriggerPayload } from './invocations.ts';
import type { HttpAnswer } from './http-message.ts';
import type { LoadedFunction } from './load-functions.ts';
import { timerPayload } from './timers.ts';

interface AdminRequest {
  method: string;
  path: string;
  body: string;
  isMaster: boolean;
}

export type AdminRoutes = (request: AdminRequest) => HttpAnswer;

interface AdminDeps {
  functions: LoadedFunction[];
  invocations: Invocations;
  log: FunctionLog;
}

/**
 * The host's own routes that the local cloud needs: status, and running a timer or queue function now. All but ping
 * want the master key. @see Microsoft Learn: "Manually run a non HTTP-triggered function"
 */
export function createAdminRoutes(deps: AdminDeps): AdminRoutes {
  return ({ method, path, body, isMaster }) => {
    const place = path.toLowerCase().replace(/^\/admin\/?|\/$/g, '');
    if (place === 'host/ping') return empty(200);
    if (!isMaster) return empty(401);
    const called = /^functions\/([^/]+)$/.exec(place)?.[1];
    if (method === 'POST' && called !== undefined) return runNow(deps, called, body);
    if (method !== 'GET') return empty(404);
    if (place === 'host/status')
      return json({
        id: 'keyturn-local',
        state: 'Running',
        processUptime: process.uptime() * 1000,
      });
    if (place !== 'functions') return empty(404);
    return json(deps.functions.map(({ name, trigger }) => ({ name, type: trigger.type })));
  };
}

function runNow(
  { functions, invocations, log }: AdminDeps,
  name: string,
  body: string,
): HttpAnswer {
  const loaded = functions.find((one) => one.name.toLowerCase() === name);
  if (loaded === undefined) return empty(404);
  const payload = payloadOf(loaded, body);
  if (payload === null) return empty(400);
  invocations.invoke(loaded, payload).catch((error: unknown) => {
    log(loaded.name, 'error', errorText(error));
  });
  return empty(202);
}

function payloadOf(loaded: LoadedFunction, body: string): TriggerPayload | null {
  let input = '';
  try {
    const parsed: unknown = body.trim() === '' ? {} : JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const { input: given = '' } = parsed as { input?: unknown };
    input = typeof given === 'string' ? given : JSON.stringify(given);
  } catch {
    return null;
  }
  if (loaded.trigger.type === 'timerTrigger')
    return timerPayload({ status: null, isPastDue: false });
  // An HTTP function has a route of its own to call.
  return loaded.trigger.type === 'queueTrigger' ? { data: { string: input } } : null;
}

function empty(status: number): HttpAnswer {
  return { status, headers: [], body: new Uint8Array() };
}

function json(value: unknown): HttpAnswer {
  const headers: [string, string][] = [['content-type', 'application/json; charset=utf-8']];
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}
