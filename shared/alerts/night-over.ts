import type { Queue } from '../storage/queue.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import type { Ledger } from './ledger.ts';

export interface NightOverDeps {
  ledger: Ledger;
  /** True when every run of the night is planned and finished (run-store.ts). */
  nightIsOver(nightId: string): Promise<boolean>;
  deliveries: Queue<DeliveryMessage>;
  /** Writes down what operations are told when a night is over (night-reports.ts); in time to leave with the rest. */
  beforeLeaving: (nightId: string) => Promise<unknown>;
}

/**
 * To be called after each finishRun: when it was the night's last one, sends one delivery message per recipient, so
 * that somebody who is told about several tenants gets one mail. Two runs that end at once may both find themselves
 * last; the second message then finds nothing to send. Dying in between leaves it to the sweep.
 */
export async function nightOver(
  deps: NightOverDeps,
  nightId: string,
): Promise<{ isOver: boolean; enqueued: number }> {
  if (!(await deps.nightIsOver(nightId))) return { isOver: false, enqueued: 0 };
  await deps.beforeLeaving(nightId);
  return { isOver: true, enqueued: await enqueueDeliveries(deps, nightId) };
}

async function enqueueDeliveries(
  { ledger, deliveries }: Pick<NightOverDeps, 'ledger' | 'deliveries'>,
  nightId: string,
): Promise<number> {
  const partitions = new Set<string>();
  for await (const waiting of ledger.waiting()) {
    if (waiting.nightId === nightId) partitions.add(waiting.partition);
  }
  for (const partition of partitions) await deliveries.send({ partition });
  return partitions.size;
}
