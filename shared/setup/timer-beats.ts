import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { OpenTable, Table } from '../storage/table.ts';

const beatSchema = z.object({ timer: z.string(), at: z.iso.datetime() });

/** When a timer last did its work. */
export type TimerBeat = z.infer<typeof beatSchema>;

export interface TimerBeats {
  /** Never throws: the work is done, and counts. */
  note(timer: string): Promise<void>;
  all(): Promise<TimerBeat[]>;
}

const PARTITION = 'timers';

export function beatsTable(openTable: OpenTable): Table<TimerBeat> {
  return openTable('timers', beatSchema);
}

/** Over table `timers`. The host keeps such a record too, where a product must not look. */
export function timerBeats({
  openTable,
  clock,
  log,
}: {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): TimerBeats {
  const table = beatsTable(openTable);
  return {
    note: async (timer) => {
      try {
        await table.put(PARTITION, timer, { timer, at: clock.now().toISOString() });
      } catch (error) {
        log.warn('that a timer ran could not be kept', { timer, reason: String(error) });
      }
    },
    all: async () => {
      const beats: TimerBeat[] = [];
      for await (const { value } of table.list(PARTITION)) beats.push(value);
      return beats;
    },
  };
}
