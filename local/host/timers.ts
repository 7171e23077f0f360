import { errorMessage, errorText } from './error-text.ts';
import type { FunctionLog, Invocations, TriggerPayload } from './invocations.ts';
import type { LoadedFunction } from './load-functions.ts';
import type { Schedule } from './schedule.ts';
import type { TimerStatus, TimerStatusStore } from './timer-status.ts';

export interface Timer {
  loaded: LoadedFunction;
  schedule: Schedule;
}

export interface Timers {
  /** Starts or stops this process's timers: of several hosts one runs them, as the host's singleton lease has it. */
  setActive(active: boolean): Promise<void>;
  /** Runs every timer that is due, once; resolves when no timer runs. */
  runDue(): Promise<void>;
}

interface TimersDeps {
  invocations: Invocations;
  statuses: TimerStatusStore;
  now: () => Date;
  log: FunctionLog;
}

interface Running extends Timer {
  next: Date;
  current: Promise<void> | null;
  status: TimerStatus | null;
}

const never = '0001-01-01T00:00:00';

/**
 * The timer triggers of one host. A run that was missed while no host ran is made up once at the start, with IsPastDue.
 * Runs of one timer never overlap.
 */
export function createTimers(timers: Timer[], deps: TimersDeps): Timers {
  let states: Running[] = [];
  const runDue = async (): Promise<void> => {
    const now = deps.now();
    for (const state of states) {
      // A clock that was set back must not leave a timer waiting for its old date.
      state.next = earlier(state.next, state.schedule.next(now));
      if (state.next <= now) void run(state, deps, false);
    }
    await Promise.all(states.map(async ({ current }) => current));
  };
  return {
    async setActive(active) {
      states = [];
      if (!active) return;
      const started: Running[] = [];
      for (const timer of timers) started.push(await start(timer, deps));
      states = started;
    },
    runDue,
  };
}

/** A timer trigger's input as the worker gets it. */
export function timerPayload(timer: {
  status: TimerStatus | null;
  isPastDue: boolean;
}): TriggerPayload {
  return {
    data: {
      json: JSON.stringify({
        Schedule: { AdjustForDST: true },
        ScheduleStatus: timer.status,
        IsPastDue: timer.isPastDue,
      }),
    },
  };
}

async function start(timer: Timer, deps: TimersDeps): Promise<Running> {
  const { loaded, schedule } = timer;
  const now = deps.now();
  const monitored = !schedule.isSubMinute && loaded.trigger.useMonitor !== false;
  const kept = monitored ? await deps.statuses.read(loaded.name) : null;
  const state: Running = { ...timer, next: schedule.next(now), current: null, status: kept };
  if (kept !== null && new Date(kept.Next) <= now) void run(state, deps, true);
  else if (loaded.trigger.runOnStartup === true) void run(state, deps, false);
  else if (kept === null && monitored) {
    state.status = { Last: never, Next: state.next.toISOString(), LastUpdated: never };
    await deps.statuses.write(loaded.name, state.status);
  }
  return state;
}

function run(state: Running, deps: TimersDeps, isPastDue: boolean): Promise<void> {
  state.current ??= runOnce(state, deps, isPastDue).finally(() => {
    state.current = null;
  });
  return state.current;
}

async function runOnce(state: Running, deps: TimersDeps, isPastDue: boolean): Promise<void> {
  const { loaded, schedule, status } = state;
  const startedAt = deps.now();
  state.next = schedule.next(startedAt);
  try {
    await deps.invocations.invoke(loaded, timerPayload({ status, isPastDue }));
  } catch (error) {
    deps.log(loaded.name, 'error', errorText(error));
  }
  if (schedule.isSubMinute || loaded.trigger.useMonitor === false) return;
  state.status = {
    Last: startedAt.toISOString(),
    Next: state.next.toISOString(),
    LastUpdated: deps.now().toISOString(),
  };
  await deps.statuses.write(loaded.name, state.status).catch((error: unknown) => {
    deps.log(
      loaded.name,
      'warning',
      `the timer's status could not be kept: ${errorMessage(error)}`,
    );
  });
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
