import type { AlertItem } from './alert-item.ts';

/** "A connection needs", "3 secrets or certificates need": what a message is about, for its headline. */
export function mattersNeed(items: readonly Pick<AlertItem, 'type'>[]): string {
  const connections = items.filter(({ type }) => type === 'connection').length;
  if (items.length === 1)
    return connections === 1 ? 'a connection needs' : 'a secret or certificate needs';
  if (connections === 0) return `${items.length} secrets or certificates need`;
  return connections === items.length
    ? `${items.length} connections need`
    : `${items.length} connections, secrets or certificates need`;
}
