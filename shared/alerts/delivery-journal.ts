import { z } from 'zod';
import type { OpenTable } from '../storage/table.ts';
import { hashOf } from './ledger-keys.ts';
import type { LedgerRow } from './ledger-row.ts';

const entrySchema = z.object({
  channel: z.string(),
  address: z.string(),
  scope: z.string(),
  tenantId: z.string(),
  findingId: z.string(),
  state: z.enum(['sent', 'gaveUp']),
  at: z.string(),
  /** Why it was given up; null where it was sent. */
  because: z.string().nullable(),
});
export type JournalEntry = z.infer<typeof entrySchema>;

/**
 * What became of every row of the ledger, by the day it happened (UTC): the ledger itself is kept by recipient, and
 * nobody wants to read all of it to count a week.
 */
export interface DeliveryJournal {
  /** Notes what became of a row that is final; noting it twice changes nothing. */
  note(key: { partition: string; row: string }, value: LedgerRow): Promise<void>;
  /** What happened on a day, `2026-11-25`. */
  ofDay(day: string): AsyncIterable<JournalEntry>;
}

/** The journal over table `alertjournal`, partition = day. */
export function deliveryJournal(openTable: OpenTable): DeliveryJournal {
  const table = openTable('alertjournal', entrySchema);
  return {
    note: async ({ partition, row }, value) => {
      if (value.state !== 'sent' && value.state !== 'gaveUp') return;
      const { channel, address, scope, tenantId, findingId, state } = value;
      const at = value.state === 'sent' ? value.sentAt : value.gaveUpAt;
      const because = value.state === 'sent' ? null : value.because;
      await table.put(dayOf(new Date(at)), hashOf([partition, row]), {
        channel,
        address,
        scope,
        tenantId,
        findingId,
        state,
        at,
        because,
      });
    },
    ofDay: async function* ofDay(day) {
      for await (const { value } of table.list(day)) yield value;
    },
  };
}

/** The days (UTC) from one instant to another, both included, oldest first. */
export function daysBetween(from: Date, to: Date): string[] {
  const days: string[] = [];
  for (let at = Date.parse(dayOf(from)); at <= to.getTime(); at += DAY_MS) {
    days.push(dayOf(new Date(at)));
  }
  return days;
}

const DAY_MS = 86_400_000;

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
