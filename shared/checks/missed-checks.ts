import { z } from 'zod';
import type { OpenTable } from '../storage/table.ts';
import { nightInstant } from './run.ts';

const missedSchema = z.object({ dueAt: z.string(), noticedAt: z.string() });

/** Which checks did not start when they were due, and who noticed first when. */
export interface MissedChecks {
  /** When somebody noticed this first; now, when it is us. */
  noticedAt(dueAt: Date, now: Date): Promise<Date>;
}

const PARTITION = 'missed';

/** Missed checks over table `missedchecks`, row = the instant on which one was due. */
export function missedChecks(openTable: OpenTable): MissedChecks {
  const table = openTable('missedchecks', missedSchema);
  return {
    noticedAt: async (dueAt, now) => {
      const row = nightInstant(dueAt);
      const missed = { dueAt: dueAt.toISOString(), noticedAt: now.toISOString() };
      if (await table.insert(PARTITION, row, missed)) return now;
      const known = await table.get(PARTITION, row);
      return new Date(known?.value.noticedAt ?? missed.noticedAt);
    },
  };
}
