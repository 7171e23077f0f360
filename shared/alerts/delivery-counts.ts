import type { Clock } from '../clock.ts';
import { daysBetween, type DeliveryJournal } from './delivery-journal.ts';
import type { Ledger } from './ledger.ts';

/** How one channel did: what waits now, and what became of things in the last 24 hours. */
export interface DeliveryCounts {
  channel: string;
  waiting: number;
  sent: number;
  gaveUp: number;
  /** When something was accepted last, in those 24 hours. */
  lastSentAt: string | null;
}

export interface DeliveryCountsDeps {
  ledger: Pick<Ledger, 'waiting'>;
  journal: Pick<DeliveryJournal, 'ofDay'>;
  /** Shown even when nothing happened there. */
  channels: readonly string[];
  clock: Pick<Clock, 'now'>;
}

const DAY_MS = 86_400_000;

/** Counts by channel, in the order of their names. Reads two days of the journal and the outbox. */
export async function deliveryCounts(deps: DeliveryCountsDeps): Promise<DeliveryCounts[]> {
  const counts = new Map(deps.channels.map((channel) => [channel, noneOf(channel)]));
  const of = (channel: string) => {
    const count = counts.get(channel) ?? noneOf(channel);
    counts.set(channel, count);
    return count;
  };
  const now = deps.clock.now();
  const from = new Date(now.getTime() - DAY_MS);
  for await (const { channel } of deps.ledger.waiting()) of(channel).waiting += 1;
  for (const day of daysBetween(from, now)) {
    for await (const { channel, state, at } of deps.journal.ofDay(day)) {
      if (Date.parse(at) < from.getTime()) continue;
      const count = of(channel);
      count[state] += 1;
      if (state === 'sent' && at > (count.lastSentAt ?? '')) count.lastSentAt = at;
    }
  }
  return [...counts.values()].toSorted((a, b) => (a.channel < b.channel ? -1 : 1));
}

function noneOf(channel: string): DeliveryCounts {
  return { channel, waiting: 0, sent: 0, gaveUp: 0, lastSentAt: null };
}
