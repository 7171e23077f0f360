import { startNight } from '../checks/start-night.ts';
import { STOPPED_CONNECTION } from '../checks/night.ts';
import { tenantKey } from '../checks/run.ts';
import type { MonitorParts } from './monitor-parts.ts';

/** A connection that comes and goes must not have a large tenant read every five minutes. */
const PAUSE_MS = 15 * 60_000;

type Stopped = Pick<MonitorParts, 'connectionEndings' | 'night' | 'runs' | 'watched' | 'clock'>;

/**
 * Starts a check of the home tenant, with which connections are looked at, when one has stopped since the last check
 * began: callers get no tokens by now, and the next night is too late. True when one was started. Throws
 * `storage_unavailable`.
 */
export async function checkStoppedConnections(
  { connectionEndings, night, runs, watched, clock }: Stopped,
  homeTenantId: string,
): Promise<boolean> {
  const stopped = (await connectionEndings()).filter(({ isStopped }) => isStopped);
  if (stopped.length === 0 || !(await watched()).includes(tenantKey(homeTenantId))) return false;
  const lastMs = await lastStartMs(runs, homeTenantId);
  const isNew = stopped.some(({ tellFrom }) => tellFrom.getTime() >= lastMs);
  if (!isNew || clock.now().getTime() - lastMs < PAUSE_MS) return false;
  await startNight(night, { tenantIds: [homeTenantId], reason: STOPPED_CONNECTION });
  return true;
}

/** When the newest night began that looks at the home tenant. */
async function lastStartMs(
  { nights }: MonitorParts['runs'],
  homeTenantId: string,
): Promise<number> {
  for await (const { tenantIds, startedAt } of nights.newestFirst())
    if (tenantIds.includes(tenantKey(homeTenantId))) return Date.parse(startedAt);
  return 0;
}
