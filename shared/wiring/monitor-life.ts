import { deliveryCounts } from '../alerts/delivery-counts.ts';
import { deliveryJournal } from '../alerts/delivery-journal.ts';
import { planReport } from '../alerts/plan-report.ts';
import { ALL_TENANTS, MAIL, TEAMS, WEBHOOK } from '../alerts/scopes.ts';
import { catchUp, type CatchUp } from '../checks/catch-up.ts';
import { installedAt } from '../checks/installed-at.ts';
import { missedChecks } from '../checks/missed-checks.ts';
import { createHealth, type HealthDeps, type HealthReport } from '../http/health.ts';
import { createMetrics } from '../http/metrics.ts';
import type { Log } from '../log.ts';
import type { Adapters, MonitorParts } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';

interface LifeInput {
  settings: Settings;
  adapters: Pick<Adapters, 'openTable' | 'clock'>;
  parts: MonitorParts;
  log: Log;
  channels: HealthDeps['channels'];
}

/** What shows that the monitor lives, and starts it again where a timer did not. */
export interface MonitorLife {
  catchUp: () => Promise<CatchUp>;
  health: () => Promise<HealthReport>;
  metrics: () => Promise<string>;
}

/** Wires proof of life over the monitor's parts. */
export function monitorLife(input: LifeInput): MonitorLife {
  const { adapters, parts, log, channels } = input;
  const { openTable, clock } = adapters;
  const { runs, troubles, ledger, watched: tenantIds } = parts;
  const startMissed = catchUpOf(input);
  const journal = deliveryJournal(openTable);
  const names = [MAIL, TEAMS, WEBHOOK];
  const health = createHealth({
    runs,
    troubles,
    tenantIds,
    channels,
    deliveries: () => deliveryCounts({ ledger, journal, channels: names, clock }),
    alerts: () => parts.alertMode.current(),
    installedAt: installedAt(openTable, clock),
    catchUp: async () => {
      try {
        await startMissed();
      } catch (error) {
        log.warn('a missed check could not be looked for', { reason: String(error) });
      }
    },
    clock,
  });
  const metrics = createMetrics({ health, runs, tenantIds, clock });
  return { catchUp: startMissed, health, metrics };
}

function catchUpOf({ settings, adapters, parts, log }: LifeInput): () => Promise<CatchUp> {
  const missed = missedChecks(adapters.openTable);
  return async () =>
    catchUp({
      ...parts.night,
      missed,
      schedule: settings.checks.schedule,
      tenantIds: await parts.watched(),
      log,
      announce: async ({ nightId, startedAt }, dueAt) => {
        const item = { kind: 'catchUp', tenantId: ALL_TENANTS, tenantName: null } as const;
        await planReport(parts, {
          id: nightId,
          nightId,
          item: { ...item, dueAt: dueAt.toISOString(), startedAt },
        });
      },
    });
}
