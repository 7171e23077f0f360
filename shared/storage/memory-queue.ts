import { systemClock, type Clock } from '../clock.ts';
import { visibleAfterSeconds } from './queue-delay.ts';
import type { Queue } from './queue.ts';

export interface MemoryQueue<T> extends Queue<T> {
  /** Takes the oldest message that is visible now, or null. */
  take(): T | null;
  /** How many messages wait, visible or not. */
  readonly length: number;
}

/** The twin of the Azure queue, in memory; messages go through JSON as they would there. */
export function memoryQueue<T>(clock: Pick<Clock, 'now'> = systemClock): MemoryQueue<T> {
  const waiting: { json: string; visibleAtMs: number }[] = [];
  return {
    send: async (message, delaySeconds) => {
      const visibleAtMs = clock.now().getTime() + visibleAfterSeconds(delaySeconds) * 1000;
      waiting.push({ json: JSON.stringify(message), visibleAtMs });
    },
    take: () => {
      const nowMs = clock.now().getTime();
      const index = waiting.findIndex(({ visibleAtMs }) => visibleAtMs <= nowMs);
      const [taken] = index === -1 ? [] : waiting.splice(index, 1);
      return taken === undefined ? null : (JSON.parse(taken.json) as T);
    },
    get length() {
      return waiting.length;
    },
  };
}
