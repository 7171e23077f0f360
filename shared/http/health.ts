import type { RunStore } from '../checks/run-store.ts';
import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { AlertMode } from '../settings.ts';
import { toRunAnswer, type RunAnswer } from './run-answer.ts';

/** A way to reach people, and whether it is set up. */
export interface ChannelState {
  channel: string;
  state: 'on' | 'off';
}

/** How the checks are doing. Instants are ISO 8601. */
export interface HealthReport {
  status: 'ok' | 'late' | 'neverSucceeded';
  /** The oldest among the tenants' last successes: one tenant that is never read is not covered by the others. */
  lastSuccess: string | null;
  tenants: { tenantId: string; lastSuccess: string | null }[];
  channels: ChannelState[];
  alerts: AlertMode;
  runs: RunAnswer[];
}

export interface HealthDeps {
  runs: Pick<RunStore, 'get' | 'lastPopulation' | 'recent'>;
  tenantIds: readonly string[];
  channels: ChannelState[];
  alerts: AlertMode;
  clock: Pick<Clock, 'now'>;
}

/**
 * Makes the report of `GET /api/health`. It is read at most every 30 seconds and by one request for all that wait, since
 * anybody may ask (security rule 31). Throws what the run store throws; a failure is not remembered.
 */
export function createHealth(deps: HealthDeps): () => Promise<HealthReport> {
  let readAt = Number.NEGATIVE_INFINITY;
  let report: Promise<HealthReport> | null = null;
  return () => {
    const now = deps.clock.now().getTime();
    if (report !== null && now - readAt < CACHED_MS) return report;
    readAt = now;
    report = readHealth(deps).catch((error: unknown) => {
      report = null;
      throw error;
    });
    return report;
  };
}

const CACHED_MS = 30_000;
/** A night, and two hours for it to be slow. */
const LATE_AFTER_MS = 26 * 3_600_000;
const SHOWN_RUNS = 20;
const READ_AT_ONCE = 16;

async function readHealth(deps: HealthDeps): Promise<HealthReport> {
  const { runs, tenantIds, channels, alerts, clock } = deps;
  const successes = await mapLimited(tenantIds, READ_AT_ONCE, async (tenantId) => ({
    tenantId,
    at: await lastSuccess(runs, tenantId),
  }));
  const latest = await runs.recent(SHOWN_RUNS);
  const oldest = successes.reduce<number | null>(
    (least, { at }) => (least === null || at === null ? null : Math.min(least, at.getTime())),
    Number.POSITIVE_INFINITY,
  );
  return {
    status: statusOf(oldest, clock.now()),
    lastSuccess: oldest === null ? null : new Date(oldest).toISOString(),
    tenants: successes.map(({ tenantId, at }) => ({
      tenantId,
      lastSuccess: at?.toISOString() ?? null,
    })),
    channels,
    alerts,
    runs: latest.slice(0, SHOWN_RUNS).map(toRunAnswer),
  };
}

/** When the last complete run of a tenant ended. */
async function lastSuccess(runs: HealthDeps['runs'], tenantId: string): Promise<Date | null> {
  const last = await runs.lastPopulation(tenantId);
  const run = last === null ? null : await runs.get(last.runId);
  return run?.endedAt === undefined || run.endedAt === null ? null : new Date(run.endedAt);
}

function statusOf(oldestMs: number | null, now: Date): HealthReport['status'] {
  if (oldestMs === null) return 'neverSucceeded';
  return now.getTime() - oldestMs > LATE_AFTER_MS ? 'late' : 'ok';
}
