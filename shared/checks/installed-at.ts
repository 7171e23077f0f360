import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { OpenTable } from '../storage/table.ts';

const installedSchema = z.object({ at: z.string() });
const KEY = ['installation', 'first'] as const;

/**
 * When this installation was first seen alive: whoever asks first writes it down. Until its first night it has not
 * failed yet. Remembered in the process.
 */
export function installedAt(openTable: OpenTable, clock: Pick<Clock, 'now'>): () => Promise<Date> {
  const table = openTable('installation', installedSchema);
  let known: Date | null = null;
  return async () => {
    if (known !== null) return known;
    const now = clock.now();
    const isFirst = await table.insert(...KEY, { at: now.toISOString() });
    const at = isFirst ? now.toISOString() : (await table.get(...KEY))?.value.at;
    known = at === undefined ? now : new Date(at);
    return known;
  };
}
