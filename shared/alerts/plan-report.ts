import type { Clock } from '../clock.ts';
import { partitionOf, rowOf, type Destination } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';
import type { ReportItem } from './report-item.ts';
import { MAIL, REPORTS } from './scopes.ts';

export interface ReportDeps {
  ledger: Ledger;
  /** KEYTURN_OPERATIONS_RECIPIENTS. */
  operations: readonly string[];
  clock: Pick<Clock, 'now'>;
}

interface Report {
  /** Names what is reported, the same in every try: the report is planned once for each address. */
  id: string;
  /** The night with whose messages it leaves. */
  nightId: string;
  item: ReportItem;
}

/** Plans one report to everybody in operations; gives back the partitions in which a row is new. */
export async function planReport(deps: ReportDeps, report: Report): Promise<string[]> {
  const planned: string[] = [];
  for (const address of deps.operations) {
    const destination = { channel: MAIL, address, scope: REPORTS };
    if (await planReportRow(deps, destination, report)) planned.push(partitionOf(destination));
  }
  return planned;
}

/** Plans one report to one destination; false where it is planned already. */
export async function planReportRow(
  { ledger, clock }: Pick<ReportDeps, 'ledger' | 'clock'>,
  destination: Destination,
  { id, nightId, item }: Report,
): Promise<boolean> {
  const { kind, tenantId } = item;
  const { channel, address, scope } = destination;
  const now = clock.now().toISOString();
  return ledger.plan(
    {
      partition: partitionOf(destination),
      row: rowOf({ kind, tenantId, findingId: id, expiresAt: null, stage: 0 }),
    },
    {
      state: 'planned',
      channel,
      address,
      scope,
      tenantId,
      findingId: id,
      stage: 0,
      nightId,
      plannedAt: now,
      notBefore: now,
      attempts: 0,
      item,
    },
  );
}
