import type { Clock } from '../clock.ts';
import type { AlertItem } from './alert-item.ts';
import { partitionOf, rowOf, type Destination } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';

export interface PlannedItem {
  destination: Destination;
  item: AlertItem;
  nightId: string;
  /** What the row is named after beside tenant, finding, end and stage: one destination may hear of them twice. */
  kind: string;
}

/** Writes one row of the ledger unless it is there. Gives back how many rows are new: 1 or 0. */
export async function planRow(
  { ledger, clock }: { ledger: Ledger; clock: Pick<Clock, 'now'> },
  { destination, item, nightId, kind }: PlannedItem,
): Promise<number> {
  const { channel, address, scope } = destination;
  const { tenantId, findingId, stage } = item;
  const now = clock.now().toISOString();
  const isNew = await ledger.plan(
    { partition: partitionOf(destination), row: rowOf({ ...item, kind }) },
    {
      state: 'planned',
      channel,
      address,
      scope,
      tenantId,
      findingId,
      stage,
      nightId,
      plannedAt: now,
      notBefore: now,
      attempts: 0,
      item,
    },
  );
  return isNew ? 1 : 0;
}
