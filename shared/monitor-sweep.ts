import { nightOver } from './alerts/night-over.ts';
import { sweepNightReports } from './alerts/night-reports.ts';
import { checkStoppedConnections } from './check-stopped-connections.ts';
import { noteTroubles } from './alerts/note-troubles.ts';
import { sweepAlerts } from './alerts/sweep-alerts.ts';
import { resumeStuckRuns } from './checks/resume-stuck-runs.ts';
import type { MonitorLife } from './monitor-life.ts';
import type { MonitorParts } from './monitor-parts.ts';
import type { TenantAdmin } from './tenants/tenant-admin.ts';

/** What a sweep found to do. */
export interface Swept {
  relaunchedNights: number;
  resentRuns: number;
  givenUpRuns: number;
  enqueuedDeliveries: number;
  plannedReports: number;
  caughtUpNights: number;
  canaries: number;
  /** Tenants that agreed, and are watched now. */
  tenants: number;
  resumedConnections: number;
  checksForConnections: number;
}

interface SweepInput {
  parts: MonitorParts;
  life: Pick<MonitorLife, 'catchUp'>;
  tenants: Pick<TenantAdmin, 'lookAgain'>;
  homeTenantId: string;
  /** Lets connections that a secret stopped take over one that works. */
  resume: () => Promise<number>;
}

/**
 * Takes up what a crash or a lost queue message left behind, and starts a check whose timer did not. Trouble with one of
 * these does not keep the others from being done; the first trouble is thrown at the end.
 */
export async function sweepMonitor({
  parts,
  life,
  tenants,
  homeTenantId,
  resume,
}: SweepInput): Promise<Swept> {
  const { night, alerts } = parts;
  const swept: Swept = {
    relaunchedNights: 0,
    resentRuns: 0,
    givenUpRuns: 0,
    enqueuedDeliveries: 0,
    plannedReports: 0,
    caughtUpNights: 0,
    canaries: 0,
    tenants: 0,
    resumedConnections: 0,
    checksForConnections: 0,
  };
  await eachOf([
    async () => {
      const closing = noteTroubles.bind(null, parts);
      const { resent, givenUp, relaunched } = await resumeStuckRuns(night, { closing });
      swept.relaunchedNights = relaunched.length;
      swept.resentRuns = resent.length;
      swept.givenUpRuns = givenUp.length;
      for (const { nightId } of givenUp) await nightOver(alerts, nightId);
    },
    async () => {
      swept.enqueuedDeliveries = (await sweepAlerts(alerts)).enqueued;
    },
    async () => {
      const planned = new Set(await sweepNightReports(parts.nightReports));
      swept.plannedReports = planned.size;
      for (const partition of planned) await alerts.deliveries.send({ partition });
    },
    async () => {
      swept.canaries = await parts.canary();
    },
    async () => {
      swept.tenants = await tenants.lookAgain('agreed');
    },
    async () => {
      swept.resumedConnections = await resume();
    },
    async () => {
      swept.checksForConnections = (await checkStoppedConnections(parts, homeTenantId)) ? 1 : 0;
    },
    // Last, so that a night that only needs a push is not taken for missed.
    async () => {
      swept.caughtUpNights = (await life.catchUp()) === 'started' ? 1 : 0;
    },
  ]);
  return swept;
}

async function eachOf(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
