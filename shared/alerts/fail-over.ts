import { mapLimited } from '../map-limited.ts';
import type { Row } from '../storage/table.ts';
import { noteWarnedInstead, warningKind, type AlertSubjects } from './alert-subjects.ts';
import { hashOf, partitionOf } from './ledger-keys.ts';
import type { OpenRow } from './ledger-row.ts';
import { planRow, type PlannedItem } from './plan-row.ts';
import { planReport, planReportRow } from './plan-report.ts';
import type { RecipientLists } from './recipients.ts';
import type { ReportItem } from './report-item.ts';
import {
  ALL_TENANTS,
  MAIL,
  mayLeave,
  QUIET,
  NO_NIGHT,
  NOTICES,
  REPORTS,
  TEAMS,
  THE_TEAMS_CHANNEL,
  type AlertMode,
} from './scopes.ts';
import { tellOperations, type TellDeps } from './tell-operations.ts';

export interface FailoverDeps extends TellDeps {
  subjects: AlertSubjects;
  /** A tenant's lists; its fallback list gets by mail what Teams did not take. */
  listsOf: (tenantId: string) => Promise<Pick<RecipientLists, 'fallback'>>;
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
  const partitions = (
    await mapLimited(lost, AT_ONCE, async (row) => [
      ...(await reportLostTest(deps, row, because)),
      ...(await planNext(deps, row, because)),
    ])
  ).flat();
  for (const partition of new Set(partitions)) await deps.deliveries.send({ partition });
}

/** Writes in flight at once: what is lost is lost with everything that was in its message, while a claim runs out. */
const AT_ONCE = 8;

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

/** What the next channel is to say about one warning; gives back the partitions in which a row is new. */
async function planNext(
  deps: FailoverDeps,
  { partition, value }: Row<OpenRow>,
  because: string,
): Promise<string[]> {
  const { channels } = deps;
  const { item, channel, address, scope, tenantId, nightId } = value;
  // In the other modes nothing leaves but mail to operations.
  const isLive = scope !== NOTICES && scope !== QUIET && mayLeave('live', scope);
  if (item.kind !== 'ends' || item.reason === 'insteadOfTeams' || !isLive) return [];
  if (channel === MAIL && channels.includes(TEAMS)) {
    const destination = { channel: TEAMS, address: THE_TEAMS_CHANNEL, scope: tenantId };
    const lost = { ...item, kind: 'undelivered', reason: 'channel', address, because } as const;
    const kind = hashOf(['undelivered', partition]);
    return planAll(deps, [{ destination, item: lost, kind, nightId }]);
  }
  if (channel !== TEAMS || !channels.includes(MAIL)) return [];
  const reason = 'insteadOfTeams' as const;
  const { fallback } = await deps.listsOf(tenantId);
  const destinations = fallback.map((to) => ({ channel: MAIL, address: to, scope: ALL_TENANTS }));
  await noteWarnedInstead(
    deps.subjects,
    item,
    destinations.map((destination) => ({ ...destination, reason })),
  );
  // The same row as if they had been told in the first place: nobody gets it twice.
  const kind = warningKind(item.episode, null);
  return planAll(
    deps,
    destinations.map((destination) => ({ destination, item: { ...item, reason }, kind, nightId })),
  );
}

async function planAll(deps: FailoverDeps, planned: readonly PlannedItem[]): Promise<string[]> {
  const partitions: string[] = [];
  for (const one of planned)
    if ((await planRow(deps, one)) > 0) partitions.push(partitionOf(one.destination));
  return partitions;
}
