import type { ActDeps } from '../alerts/act-by-link.ts';
import { deliveryJournal } from '../alerts/delivery-journal.ts';
import { doneReports, planNightReports, type NightReportsDeps } from '../alerts/night-reports.ts';
import type { Log } from '../log.ts';
import type { Adapters } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';

interface NightReportsInput extends Pick<
  NightReportsDeps,
  'runs' | 'findings' | 'ledger' | 'tenantIds'
> {
  settings: Settings;
  adapters: Adapters;
  act: ActDeps;
  log: Log;
}

/** Wires what operations are told when a night is over. `beforeLeaving` never throws: warnings do not wait for a digest. */
export function nightReportParts(input: NightReportsInput): {
  nightReports: NightReportsDeps;
  beforeLeaving: (nightId: string) => Promise<void>;
} {
  const { settings, adapters, act, log, runs, findings, ledger, tenantIds } = input;
  const { openTable, clock, notifiers } = adapters;
  const { alerts, timeZone, allClear } = settings;
  const nightReports: NightReportsDeps = {
    runs,
    findings,
    ledger,
    acts: act.acts,
    journal: deliveryJournal(openTable),
    done: doneReports(openTable),
    operations: alerts.operations,
    channels: notifiers.map(({ channel }) => channel),
    tenantIds,
    timeZone,
    allClear,
    clock,
  };
  const beforeLeaving = async (nightId: string) => {
    try {
      await planNightReports(nightReports, nightId);
    } catch (error) {
      // The sweep tries it again.
      log.warn('the reports of a night could not be planned', { nightId, reason: String(error) });
    }
  };
  return { nightReports, beforeLeaving };
}
