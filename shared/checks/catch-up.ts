import type { Log } from '../log.ts';
import type { MissedChecks } from './missed-checks.ts';
import { STOPPED_CONNECTION, type Night } from './night.ts';
import { previousDue } from './previous-due.ts';
import { nightInstant, tenantKey } from './run.ts';
import { launchNight, type StartNightDeps } from './start-night.ts';

export interface CatchUpDeps extends StartNightDeps {
  missed: MissedChecks;
  /** NCRONTAB, in UTC. */
  schedule: string;
  tenantIds: readonly string[];
  /** Writes down, for operations, that this night was caught up. May be called twice for the same one. */
  announce: (night: Night, dueAt: Date) => Promise<void>;
  log: Log;
}

/** `onTime`: nothing is missed, or it is too early to say. `noticed`: the timer gets one more chance. */
export type CatchUp = 'onTime' | 'firstBoot' | 'noticed' | 'started' | 'startedElsewhere';

const MINUTE_MS = 60_000;
/** How late the timer may be. */
const GRACE_MS = 10 * MINUTE_MS;
/** After a restart the host runs a missed timer itself, at once; this leaves it the time. */
const SECOND_LOOK_MS = 4 * MINUTE_MS;
/** A night that began just before is as good: the timer finds it running and starts none of its own. */
const EARLY_MS = 15 * MINUTE_MS;
/** One night per due instant: its id is the same for everybody who notices. */
const SUFFIX = '0000';

/**
 * Starts the check that was due and has not started, because timers stop without a word (azure-functions-host#11828)
 * and Functions does not repeat a failed one. To be called by whatever still runs: timers and health requests. Two looks
 * some minutes apart are needed, and of all who look one starts it. Never before a first night was known: an
 * installation that was just made has missed nothing. Throws `storage_unavailable`.
 */
export async function catchUp(deps: CatchUpDeps): Promise<CatchUp> {
  const now = deps.clock.now();
  const dueAt = previousDue(deps.schedule, now);
  if (dueAt === null || now.getTime() - dueAt.getTime() < GRACE_MS) return 'onTime';
  if (await hasStarted(deps, dueAt)) return 'onTime';
  if (!(await hasHistory(deps))) return 'firstBoot';
  const noticedAt = await deps.missed.noticedAt(dueAt, now);
  if (now.getTime() - noticedAt.getTime() < SECOND_LOOK_MS) return 'noticed';
  return start(deps, dueAt, now);
}

/** These look at some tenants, and count when it was all of them. */
const OF_SOME = new Set(['request', STOPPED_CONNECTION]);

async function hasStarted({ runs, tenantIds }: CatchUpDeps, dueAt: Date): Promise<boolean> {
  for await (const night of runs.nights.since(new Date(dueAt.getTime() - EARLY_MS))) {
    const covered = new Set(night.tenantIds);
    if (!OF_SOME.has(night.reason)) return true;
    if (tenantIds.every((tenantId) => covered.has(tenantKey(tenantId)))) return true;
  }
  return false;
}

async function hasHistory({ runs }: CatchUpDeps): Promise<boolean> {
  for await (const _ of runs.nights.newestFirst()) return true;
  return false;
}

async function start(deps: CatchUpDeps, dueAt: Date, now: Date): Promise<CatchUp> {
  const night: Night = {
    nightId: `${nightInstant(dueAt)}-${SUFFIX}`,
    reason: 'catchUp',
    tenantIds: [...new Set(deps.tenantIds.map(tenantKey))],
    startedAt: now.toISOString(),
    launched: false,
  };
  await deps.announce(night, dueAt);
  if (!(await deps.runs.nights.add(night))) return 'startedElsewhere';
  deps.log.warn('a check that did not start when it was due is caught up', {
    nightId: night.nightId,
    dueAt: dueAt.toISOString(),
  });
  await launchNight(deps, night);
  return 'started';
}
