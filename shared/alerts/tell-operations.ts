import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { Queue } from '../storage/queue.ts';
import type { Row } from '../storage/table.ts';
import type { AlertItem } from './alert-item.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { hashOf, partitionOf } from './ledger-keys.ts';
import type { OpenRow } from './ledger-row.ts';
import type { Ledger } from './ledger.ts';
import { planRow } from './plan-row.ts';
import { MAIL, NOTICES, THE_WEBHOOK } from './scopes.ts';

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
  deps: TellDeps,
  lost: readonly Row<OpenRow>[],
  because: string,
): Promise<void> {
  for (const address of deps.operations) {
    const destination = { channel: MAIL, address, scope: NOTICES };
    const partition = partitionOf(destination);
    const planned = await mapLimited(lost, AT_ONCE, async (row) => {
      const item = noticeOf(row.value, because);
      if (item === null || row.partition === partition) return 0;
      // One notice per warning that was lost: the same finding may be lost on the way to several people.
      const kind = hashOf(['undelivered', row.partition, ...stepOf(row.value)]);
      return planRow(deps, { destination, item, nightId: row.value.nightId, kind });
    });
    if (planned.includes(1)) await deps.deliveries.send({ partition });
  }
}

/** Writes in flight at once: a message may hold hundreds, and the claim on them lives a minute. */
const AT_ONCE = 8;

/** Null for what is a notice or a report itself. */
function noticeOf({ item, address }: OpenRow, because: string): AlertItem | null {
  if (item.kind === 'ends')
    return { ...item, kind: 'undelivered', address, because, reason: 'operations' };
  if (item.kind !== 'event') return null;
  const { event, dedupKey, occurredAt: _, ...warning } = item;
  const ticket = `${because} It was the event “${event}” of the ticket ${dedupKey}: do by hand what it would have done.`;
  return {
    ...warning,
    kind: 'undelivered',
    address: THE_WEBHOOK,
    because: ticket,
    reason: 'operations',
  };
}

/** The events of a ticket share a partition, and may share a stage. */
function stepOf({ item }: OpenRow): string[] {
  return item.kind === 'event' ? [item.event, item.occurredAt] : [];
}
