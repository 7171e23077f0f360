import type { DeliveryCounts } from '../alerts/delivery-counts.ts';
import type { Trouble, TroubleStore } from '../alerts/trouble.ts';
import type { RunStore } from '../checks/run-store.ts';
import { isEnded, type Run } from '../checks/run.ts';
import type { ChannelHealth } from '../wiring/channel-health.ts';
import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { AlertMode } from '../settings.ts';
import { readAtMost } from './read-at-most.ts';
import { toRunAnswer, type RunAnswer } from './run-answer.ts';

/** How the checks are doing. Instants are ISO 8601. */
export interface HealthReport {
  /** `starting`: a new installation that has had no time for a success, and no failure either. */
  status: 'ok' | 'starting' | 'late' | 'neverSucceeded';
  /** The oldest among the tenants' last successes: one tenant that is never read is not covered by the others. */
  lastSuccess: string | null;
  tenants: { tenantId: string; lastSuccess: string | null }[];
  /** With what waits now, and what became of messages in the last 24 hours. */
  channels: (ChannelHealth & Omit<DeliveryCounts, 'channel'>)[];
  troubles: Pick<Trouble, 'tenantId' | 'kind' | 'since' | 'reasons'>[];
  alerts: AlertMode;
  runs: RunAnswer[];
}

export interface HealthDeps {
  runs: Pick<RunStore, 'get' | 'lastPopulation' | 'recent'>;
  troubles: Pick<TroubleStore, 'all'>;
  /** The tenants that are watched. */
  tenantIds: () => Promise<readonly string[]>;
  channels: () => Promise<ChannelHealth[]>;
  deliveries: () => Promise<DeliveryCounts[]>;
  /** The mode in force. */
  alerts: () => Promise<AlertMode>;
  /** When this installation was first seen. */
  installedAt: () => Promise<Date>;
  /** Starts the check that its timer has missed. Never throws. */
  catchUp: () => Promise<void>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Makes the report of `GET /api/health`, read at most every 30 seconds. A request for health is also a chance to start
 * a check that its timer missed: HTTP may live while timers are dead. Throws what the stores throw.
 */
export function createHealth(deps: HealthDeps): () => Promise<HealthReport> {
  return readAtMost(CACHED_MS, deps.clock, async () => {
    await deps.catchUp();
    return readHealth(deps);
  });
}

export const CACHED_MS = 30_000;
/** A night, and two hours for it to be slow. */
const LATE_AFTER_MS = 26 * 3_600_000;
const SHOWN_RUNS = 20;
const READ_AT_ONCE = 16;

async function readHealth(deps: HealthDeps): Promise<HealthReport> {
  const { runs, alerts, clock } = deps;
  const tenantIds = await deps.tenantIds();
  const successes = await mapLimited(tenantIds, READ_AT_ONCE, async (tenantId) => ({
    tenantId,
    at: await lastSuccess(runs, tenantId),
  }));
  const latest = await runs.recent(SHOWN_RUNS);
  const oldest = successes.reduce<number | null>(
    (least, { at }) => (least === null || at === null ? null : Math.min(least, at.getTime())),
    Number.POSITIVE_INFINITY,
  );
  const isNew = oldest === null && (await isStarting(deps, latest));
  return {
    status: isNew ? 'starting' : statusOf(oldest, clock.now()),
    lastSuccess: oldest === null ? null : new Date(oldest).toISOString(),
    tenants: successes.map(({ tenantId, at }) => ({
      tenantId,
      lastSuccess: at?.toISOString() ?? null,
    })),
    channels: await channelsOf(deps),
    troubles: await openTroubles(deps, tenantIds),
    alerts: await alerts(),
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

async function isStarting({ installedAt, clock }: HealthDeps, latest: Run[]): Promise<boolean> {
  const hasFailed = latest.some((run) => isEnded(run) && run.status !== 'complete');
  if (hasFailed) return false;
  return clock.now().getTime() - (await installedAt()).getTime() <= LATE_AFTER_MS;
}

async function channelsOf({ channels, deliveries }: HealthDeps): Promise<HealthReport['channels']> {
  const counts = new Map((await deliveries()).map((count) => [count.channel, count]));
  return (await channels()).map((one) => {
    const { waiting = 0, sent = 0, gaveUp = 0, lastSentAt = null } = counts.get(one.channel) ?? {};
    return { ...one, waiting, sent, gaveUp, lastSentAt };
  });
}

async function openTroubles(
  { troubles }: HealthDeps,
  tenantIds: readonly string[],
): Promise<HealthReport['troubles']> {
  const watched = new Set(tenantIds);
  const open: HealthReport['troubles'] = [];
  for await (const { tenantId, kind, isOpen, since, reasons } of troubles.all()) {
    // A tenant that is watched no longer keeps its last trouble in the table.
    if (isOpen && watched.has(tenantId)) open.push({ tenantId, kind, since, reasons });
  }
  return open;
}
