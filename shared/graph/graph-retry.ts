import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';

export interface GraphRetryDeps {
  clock: Clock;
  /** Between 0 and 1, for jitter. */
  random: () => number;
}

/** Statuses that may pass. Microsoft Learn: "Microsoft Graph error responses and resource types", "throttling guidance". */
const PASSING = new Set([429, 500, 502, 503, 504]);

const FLOOR_MS = 1_000;
/** Nothing of ours waits longer at a stretch: it asks again instead. */
const CAP_MS = 60_000;
const JITTER_SHARE = 0.2;
/** Tries where the service says how long to wait. */
const MAX_TOLD_TRIES = 8;
/** Tries, and the time for them, where it does not say. */
const MAX_UNTOLD_TRIES = 4;
const UNTOLD_BUDGET_MS = 30_000;
/** A try that has not answered by then counts as a network error. */
const TRY_TIMEOUT_MS = 60_000;
/** What is sent once only, a mail, must have its answer while the claim on its warnings lives (alerts/deliver-alerts.ts). */
const ONLY_TRY_TIMEOUT_MS = 25_000;

/**
 * The one retry of every call to Graph, for what is safe to repeat (GET and $batch of GETs). Follows Retry-After, which
 * may be a decimal, a date, or missing; waits at least a second and at most a minute at a time, with jitter.
 * What stays broken is handed on as it is: an answer with its status, or the network's error.
 */
export function graphRetry({ clock, random }: GraphRetryDeps): Middleware {
  let next: Middleware | undefined;
  const send = async (context: Context) => {
    const timeoutMs = isRepeatable(context) ? TRY_TIMEOUT_MS : ONLY_TRY_TIMEOUT_MS;
    context.options = { ...context.options, signal: AbortSignal.timeout(timeoutMs) };
    await next?.execute(context);
  };

  return {
    setNext: (middleware) => {
      next = middleware;
    },
    execute: async (context) => {
      const startedMs = clock.now().getTime();
      const tries = { told: 0, untold: 0 };
      for (;;) {
        const outcome = await attempt(() => send(context), context);
        if (outcome.kind === 'done' || !isRepeatable(context)) return settle(outcome);
        const nowMs = clock.now().getTime();
        const toldMs = retryAfterMs(outcome.retryAfter, nowMs);
        const waitMs =
          toldMs === null
            ? untoldWaitMs((tries.untold += 1), nowMs - startedMs)
            : toldWaitMs((tries.told += 1), toldMs);
        if (waitMs === null) return settle(outcome);
        await context.response?.body?.cancel();
        await clock.sleep(Math.round(waitMs * (1 + JITTER_SHARE * random())));
      }
    },
  };
}

/**
 * What a Retry-After header asks for in milliseconds, at least one second and at most one minute; null where it is
 * missing or says nothing. RFC 9110 §10.2.3 knows whole seconds and a date; Graph also sends decimals ("0.249").
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return bounded(Number(text) * 1000);
  if (!/^[A-Za-z]{3,9}, /.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : bounded(atMs - nowMs);
}

type Outcome =
  | { kind: 'done' }
  | { kind: 'answered'; retryAfter: string | null }
  | { kind: 'failed'; retryAfter: null; error: unknown };

async function attempt(send: () => Promise<void>, context: Context): Promise<Outcome> {
  try {
    await send();
  } catch (error) {
    delete context.response;
    return { kind: 'failed', retryAfter: null, error };
  }
  const { response } = context;
  if (response === undefined || !PASSING.has(response.status)) return { kind: 'done' };
  return { kind: 'answered', retryAfter: response.headers.get('retry-after') };
}

function settle(outcome: Outcome): void {
  if (outcome.kind === 'failed') throw outcome.error;
}

function toldWaitMs(tries: number, toldMs: number): number | null {
  return tries < MAX_TOLD_TRIES ? toldMs : null;
}

function untoldWaitMs(tries: number, elapsedMs: number): number | null {
  const waitMs = FLOOR_MS * 2 ** (tries - 1);
  const fits = elapsedMs + waitMs * (1 + JITTER_SHARE) <= UNTOLD_BUDGET_MS;
  return tries < MAX_UNTOLD_TRIES && fits ? waitMs : null;
}

function bounded(ms: number): number {
  return Math.min(CAP_MS, Math.max(FLOOR_MS, ms));
}

/** Sending a mail twice is worse than reporting that it failed: its caller decides. */
function isRepeatable({ request, options }: Context): boolean {
  const method = options?.method?.toUpperCase() ?? 'GET';
  return method === 'GET' || (method === 'POST' && String(request).endsWith('/$batch'));
}
