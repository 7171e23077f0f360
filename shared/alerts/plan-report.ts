import type { Clock } from '../clock.ts';
import { partitionOf, rowOf } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';
import type { ReportItem } from './report-item.ts';
import { REPORTS } from './scopes.ts';

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
export async function planReport(
  { ledger, operations, clock }: ReportDeps,
  { id, nightId, item }: Report,
): Promise<string[]> {
  const { kind, tenantId } = item;
  const now = clock.now().toISOString();
  const planned: string[] = [];
  for (const address of operations) {
    const destination = { channel: 'mail', address, scope: REPORTS };
    const partition = partitionOf(destination);
    const row = rowOf({ kind, tenantId, findingId: id, expiresAt: null, stage: 0 });
    const isNew = await ledger.plan(
      { partition, row },
      {
        state: 'planned',
        ...destination,
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
    if (isNew) planned.push(partition);
  }
  return planned;
}
