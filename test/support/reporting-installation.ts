import type { ReportItem } from '../../shared/alerts/report-item.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import type { OwnersRead } from '../../shared/credentials/owner-lookup.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import {
  crashingInstallation,
  type CrashingInstallation,
  type InstallationOptions,
} from './crashing-installation.ts';

/** What a tenant's directory says from now on. */
export interface ChangingDirectory {
  name: string | null;
  /** Thrown instead, when it is an error. */
  events: SourceEvent[] | Error;
  owners: OwnersRead;
}

export interface ReportingInstallation extends CrashingInstallation {
  tenants: Map<string, ChangingDirectory>;
  /** A day later, a night. */
  nextNight(): Promise<void>;
  /** The reports of messages that were accepted, in order; the monthly test messages are left out. */
  reports(): ReportItem[];
  reportMessages(): AlertMessage[];
}

/** The whole product over tenants whose directories the test changes from night to night. */
export function reportingInstallation(
  tenants: Record<string, Partial<ChangingDirectory>>,
  options: Partial<InstallationOptions> = {},
): ReportingInstallation {
  const changing = new Map<string, ChangingDirectory>(
    Object.entries(tenants).map(([tenantId, directory]) => [
      tenantId,
      {
        name: 'Contoso',
        events: [],
        owners: { owners: new Map(), incomplete: [], notes: [] },
        ...directory,
      },
    ]),
  );
  const directories = new Map(
    [...changing].map(([tenantId, directory]) => [tenantId, directoryFrom(directory)]),
  );
  const house = crashingInstallation({ now: '2026-11-25T02:00:00Z', directories, ...options });
  const reportMessages = () => house.accepted.filter(({ reports }) => reports !== undefined);
  return Object.assign(house, {
    tenants: changing,
    reportMessages,
    reports: () =>
      reportMessages()
        .flatMap(({ reports = [] }) => reports)
        .filter(({ kind }) => kind !== 'channelTest'),
    nextNight: async () => {
      house.clock.advance(86_400_000);
      await house.night();
    },
  });
}

function directoryFrom(directory: ChangingDirectory): Directory {
  return {
    source: {
      read: async function* read() {
        if (directory.events instanceof Error) throw directory.events;
        yield* directory.events;
      },
    },
    owners: { ownersOf: async () => directory.owners },
    name: async () => directory.name,
  };
}
