import type { Clock } from '../clock.ts';

/**
 * Reads something at most once per `ms`, and once for all that wait, since anybody may ask (security rule 31). Throws
 * what reading throws; a failure is not remembered. Per instance.
 */
export function readAtMost<T>(
  ms: number,
  clock: Pick<Clock, 'now'>,
  read: () => Promise<T>,
): () => Promise<T> {
  let readAt = Number.NEGATIVE_INFINITY;
  let current: Promise<T> | null = null;
  return () => {
    const now = clock.now().getTime();
    if (current !== null && now - readAt < ms) return current;
    readAt = now;
    current = read().catch((error: unknown) => {
      current = null;
      throw error;
    });
    return current;
  };
}
