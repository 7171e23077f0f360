import type { AlertItem } from './alert-item.ts';

/** True for what somebody must see to; "done" notes come after it, and are not counted with it. */
export function needsSomebody({ kind }: Pick<AlertItem, 'kind'>): boolean {
  return kind !== 'done';
}
