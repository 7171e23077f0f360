import type { Clock } from '../clock.ts';
import type { Queue } from '../storage/queue.ts';
import type { Row } from '../storage/table.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { hashOf, partitionOf, rowOf } from './ledger-keys.ts';
import { factsOf, type OpenRow } from './ledger-row.ts';
import type { Ledger } from './ledger.ts';
import { NOTICES } from './scopes.ts';

export interface TellDeps {
  ledger: Ledger;
  operations: readonly string[];
  deliveries: Queue<DeliveryMessage>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Plans a notice to operations for each warning that is given up. A notice that cannot be delivered itself makes no
 * other notice; the log has it.
 */
export async function tellOperations(
  { ledger, operations, deliveries, clock }: TellDeps,
  lost: readonly Row<OpenRow>[],
  because: string,
): Promise<void> {
  for (const address of operations) {
    const destination = { channel: 'mail', address, scope: NOTICES };
    const partition = partitionOf(destination);
    let planned = 0;
    for (const { partition: lostPartition, value } of lost) {
      const { item } = value;
      if (item.kind !== 'ends' || lostPartition === partition) continue;
      const now = clock.now().toISOString();
      // One notice per warning that was lost: the same finding may be lost on the way to several people.
      const row = rowOf({ ...item, kind: hashOf(['undelivered', lostPartition]) });
      const isNew = await ledger.plan(
        { partition, row },
        {
          ...factsOf(value),
          ...destination,
          state: 'planned',
          plannedAt: now,
          notBefore: now,
          attempts: 0,
          item: {
            ...item,
            kind: 'undelivered',
            address: value.address,
            because,
            reason: 'operations',
          },
        },
      );
      planned += isNew ? 1 : 0;
    }
    if (planned > 0) await deliveries.send({ partition });
  }
}
