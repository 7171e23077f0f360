import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { Queue } from '../storage/queue.ts';
import type { Night } from './night.ts';
import type { RunStore } from './run-store.ts';
import { isEnded, newNightId, queuedRun, tenantKey, type Run } from './run.ts';

/** The body of a message on queue `checks`. */
export interface CheckMessage {
  runId: string;
}

export interface StartNightDeps {
  runs: RunStore;
  queue: Queue<CheckMessage>;
  clock: Pick<Clock, 'now'>;
  /** Between 0 and 1, for the night's id. */
  random: () => number;
}

const AT_ONCE = 16;

/**
 * Starts a check of each tenant: the night and its runs are written first, then one queue message per tenant is sent.
 * A tenant that is being checked already is not checked twice: its run in progress is given back in its place.
 * Killed in the middle, it leaves what resumeStuckRuns takes up. Throws `storage_unavailable`, `bad_request`.
 */
export async function startNight(
  deps: StartNightDeps,
  { tenantIds, reason }: { tenantIds: readonly string[]; reason: string },
): Promise<Run[]> {
  const tenants = [...new Set(tenantIds.map(tenantKey))];
  const current = await mapLimited(tenants, AT_ONCE, (tenant) => deps.runs.inProgress(tenant));
  const free = tenants.filter((_, index) => current[index] === null);
  const inProgress = current.filter((run) => run !== null);
  if (free.length === 0) return inProgress;
  const night = await newNight(deps, free, reason);
  return [...inProgress, ...(await launchNight(deps, night))];
}

/** Does what is left to do to launch a night; doing it twice does no harm. */
export async function launchNight(deps: StartNightDeps, night: Night): Promise<Run[]> {
  const { runs, queue } = deps;
  const prepared = await mapLimited(night.tenantIds, AT_ONCE, (tenantId) =>
    prepareRun(deps, queuedRun(night.nightId, tenantId)),
  );
  // From here on a missing message is found by its pending row. Before, "no row is pending" did not mean "night over".
  await runs.nights.markLaunched(night);
  const ours = prepared.filter((run) => run.nightId === night.nightId && !isEnded(run));
  await mapLimited(ours, AT_ONCE, ({ runId }) => queue.send({ runId }));
  return prepared;
}

async function newNight(
  { runs, clock, random }: StartNightDeps,
  tenantIds: string[],
  reason: string,
): Promise<Night> {
  for (let taken = 0; ; taken += 1) {
    const now = clock.now();
    const nightId = newNightId(now, random, taken);
    const night = { nightId, reason, tenantIds, startedAt: now.toISOString(), launched: false };
    if (await runs.nights.add(night)) return night;
  }
}

async function prepareRun({ runs, clock }: StartNightDeps, run: Run): Promise<Run> {
  const holder = await runs.claimTenant(run);
  if (holder !== run.runId) {
    const other = await runs.get(holder);
    return other ?? queuedRun(...nightAndTenantOf(holder, run));
  }
  const stored = await runs.create(run);
  if (!isEnded(stored)) await runs.pending.touch(stored, clock.now(), 1);
  return stored;
}

/** A run whose row is still to come. */
function nightAndTenantOf(runId: string, { tenantId }: Run): [string, string] {
  return [runId.slice(0, runId.indexOf('.')), tenantId];
}
