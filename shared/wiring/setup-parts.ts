import { installedAt } from '../checks/installed-at.ts';
import type { Log } from '../log.ts';
import type { Adapters } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';
import { setupReport, type SetupReport, type SetupReportDeps } from '../setup/setup-report.ts';
import { timerBeats } from '../setup/timer-beats.ts';

interface SetupInput extends Pick<SetupReportDeps, 'health' | 'alertMode'> {
  settings: Settings;
  adapters: Pick<Adapters, 'openTable' | 'clock' | 'probes'>;
  log: Log;
}

interface SetupParts {
  /** Looks at Keyturn's own permissions, clock, storage, vault, channels and timers. */
  setup: () => Promise<SetupReport>;
  noteTimer: (timer: string) => Promise<void>;
}

/** Wires what an installation says of itself. */
export function setupParts({ settings, adapters, log, health, alertMode }: SetupInput): SetupParts {
  const { openTable, clock, probes } = adapters;
  const beats = timerBeats({ openTable, clock, log });
  const since = installedAt(openTable, clock);
  return {
    setup: async () =>
      setupReport({
        settings,
        probes: await probes(),
        health,
        alertMode,
        beats,
        installedAt: since,
        clock,
      }),
    noteTimer: (timer) => beats.note(timer),
  };
}
