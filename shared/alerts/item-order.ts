import type { AlertItem } from './alert-item.ts';
import { whenOf } from './mail-when.ts';
import { needsSomebody } from './needs-somebody.ts';

/** So many warnings are written out; the others are counted. Keeps a mail under the 100 KB that phones show whole. */
export const MAX_CARDS = 15;

/** What stops next comes first, then what stopped last, then what is done; the same order for the same items. */
export function nearestFirst(items: readonly AlertItem[], now: Date): AlertItem[] {
  return items
    .map((item) => ({ item, rank: whenOf(item.expiresAt, now, 'UTC').rank }))
    .toSorted(
      (a, b) =>
        Number(needsSomebody(b.item)) - Number(needsSomebody(a.item)) ||
        a.rank - b.rank ||
        (a.item.findingId < b.item.findingId ? -1 : 1),
    )
    .map(({ item }) => item);
}
