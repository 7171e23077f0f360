import type { AlertItem } from './alert-item.ts';
import type { Reason } from './reasons.ts';

/**
 * The item as somebody may see it who is told only because they look after a place that holds the secret: their own
 * places and nobody else's (security rule 26). Null for everybody else, who see all of it.
 */
export function outsiderView(item: AlertItem, address: string): AlertItem | null {
  if (INSIDE.has(item.reason)) return null;
  const own = item.recordedConsumers.filter(
    ({ contact }) => contact?.toLowerCase() === address.toLowerCase(),
  );
  return own.length === 0 ? null : { ...item, recordedConsumers: own, consumers: [] };
}

/** Reasons that come from the tenant or from whoever runs Keyturn. */
const INSIDE = new Set<Reason>([
  'ownsApplication',
  'ownsEnterpriseApplication',
  'namedOnItem',
  'nobodyElse',
  'withinAWeek',
  'withinADay',
  'operations',
  'channel',
]);
