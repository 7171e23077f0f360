import type { Row } from '../storage/table.ts';
import type { AlertItem, Warning } from './alert-item.ts';
import { hashOf, partitionOf, type Destination } from './ledger-keys.ts';
import type { OpenRow } from './ledger-row.ts';
import { planRow } from './plan-row.ts';
import { planReport, planReportRow } from './plan-report.ts';
import type { ReportItem } from './report-item.ts';
import {
  ALL_TENANTS,
  MAIL,
  mayLeave,
  NO_NIGHT,
  NOTICES,
  REPORTS,
  TEAMS,
  THE_TEAMS_CHANNEL,
  type AlertMode,
} from './scopes.ts';
import { tellOperations, type TellDeps } from './tell-operations.ts';

export interface FailoverDeps extends TellDeps {
  /** KEYTURN_FALLBACK_RECIPIENTS: get by mail what Teams did not take. */
  fallback: readonly string[];
  /** The channels that are set up. */
  channels: readonly string[];
  /** The mode in force. */
  mode: () => Promise<AlertMode>;
}

/**
 * To be called before rows are given up: tells operations, and tries the next channel. What a mail could not tell goes
 * to the Teams channel, with whom it did not reach; what the Teams channel did not take goes to the fallback list by
 * mail. What was passed on already goes no further, so nothing goes in circles; told again, it plans nothing new.
 */
export async function failOver(
  deps: FailoverDeps,
  lost: readonly Row<OpenRow>[],
  because: string,
): Promise<void> {
  await tellOperations(deps, lost, because);
  const partitions = new Set<string>();
  for (const row of lost) {
    for (const partition of await reportLostTest(deps, row, because)) partitions.add(partition);
    for (const { destination, item, kind } of nextOf(row, because, deps)) {
      const { nightId } = row.value;
      if ((await planRow(deps, { destination, item, kind, nightId })) > 0)
        partitions.add(partitionOf(destination));
    }
  }
  for (const partition of partitions) await deps.deliveries.send({ partition });
}

/** A test that does not arrive is what it is for: whoever another channel reaches is told. */
async function reportLostTest(
  deps: FailoverDeps,
  { partition, value }: Row<OpenRow>,
  because: string,
): Promise<string[]> {
  const { item, channel, findingId } = value;
  if (item.kind !== 'channelTest') return [];
  const about = { tenantId: ALL_TENANTS, tenantName: null };
  const trouble: ReportItem = { ...about, kind: 'channelTrouble', channel, because };
  const report = { id: hashOf([partition, findingId]), nightId: NO_NIGHT, item: trouble };
  if (channel !== MAIL) return planReport(deps, report);
  const destination = { channel: TEAMS, address: THE_TEAMS_CHANNEL, scope: REPORTS };
  const isNew =
    deps.channels.includes(TEAMS) &&
    (await deps.mode()) === 'live' &&
    (await planReportRow(deps, destination, report));
  return isNew ? [partitionOf(destination)] : [];
}

interface Next {
  destination: Destination;
  item: AlertItem;
  kind: string;
}

function nextOf(
  { partition, value }: Row<OpenRow>,
  because: string,
  { channels, fallback }: FailoverDeps,
): Next[] {
  const { item, channel, address, scope, tenantId } = value;
  // In the other modes nothing leaves but mail to operations.
  const isLive = scope !== NOTICES && mayLeave('live', scope);
  if (item.kind !== 'ends' || item.reason === 'insteadOfTeams' || !isLive) return [];
  if (channel === MAIL && channels.includes(TEAMS)) {
    const destination = { channel: TEAMS, address: THE_TEAMS_CHANNEL, scope: tenantId };
    const about = { ...item, reason: 'channel' } as const;
    return [
      {
        destination,
        item: undeliveredOf(about, { address, because }),
        kind: hashOf(['undelivered', partition]),
      },
    ];
  }
  if (channel !== TEAMS || !channels.includes(MAIL)) return [];
  // The same row as if they had been told in the first place: nobody gets it twice.
  return fallback.map((address) => ({
    destination: { channel: MAIL, address, scope: ALL_TENANTS },
    item: { ...item, reason: 'insteadOfTeams' },
    kind: 'ends',
  }));
}

function undeliveredOf(
  warning: Warning,
  lost: { address: string; because: string },
): Extract<AlertItem, { kind: 'undelivered' }> {
  return { ...warning, ...lost, kind: 'undelivered' };
}
