import { nightOver } from '../alerts/night-over.ts';
import { sweepNightReports } from '../alerts/night-reports.ts';
import { checkStoppedConnections } from './check-stopped-connections.ts';
import { noteTroubles } from '../alerts/note-troubles.ts';
import { sweepAlerts } from '../alerts/sweep-alerts.ts';
import { resumeStuckRuns } from '../checks/resume-stuck-runs.ts';
import type { MonitorLife } from './monitor-life.ts';
import type { MonitorParts } from './monitor-parts.ts';
import type { TenantAdmin } from '../tenants/tenant-admin.ts';

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
export async function sweepMonitor(input: SweepInput): Promise<Swept> {
  let swept = NOTHING;
  const failures: unknown[] = [];
  for (const step of stepsOf(input)) {
    try {
      swept = { ...swept, ...(await step()) };
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return swept;
}

const NOTHING: Swept = {
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

type Step = () => Promise<Partial<Swept>>;

function stepsOf({ parts, life, tenants, homeTenantId, resume }: SweepInput): Step[] {
  const { alerts } = parts;
  return [
    () => sweepRuns(parts),
    async () => ({ enqueuedDeliveries: (await sweepAlerts(alerts)).enqueued }),
    async () => {
      const planned = new Set(await sweepNightReports(parts.nightReports));
      for (const partition of planned) await alerts.deliveries.send({ partition });
      return { plannedReports: planned.size };
    },
    async () => ({ canaries: await parts.canary() }),
    async () => ({ tenants: await tenants.lookAgain('agreed') }),
    // First those that can be helped, then the others are told.
    async () => ({ resumedConnections: await resume() }),
    async () => ({
      checksForConnections: (await checkStoppedConnections(parts, homeTenantId)) ? 1 : 0,
    }),
    // Last, so that a night that only needs a push is not taken for missed.
    async () => ({ caughtUpNights: (await life.catchUp()) === 'started' ? 1 : 0 }),
  ];
}

async function sweepRuns(parts: MonitorParts): Promise<Partial<Swept>> {
  const closing = noteTroubles.bind(null, parts);
  const { resent, givenUp, relaunched } = await resumeStuckRuns(parts.night, { closing });
  for (const { nightId } of givenUp) await nightOver(parts.alerts, nightId);
  return {
    relaunchedNights: relaunched.length,
    resentRuns: resent.length,
    givenUpRuns: givenUp.length,
  };
}
