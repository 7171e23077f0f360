import { z } from 'zod';
import { mapLimited } from '../map-limited.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';
import { deliveryJournal } from './delivery-journal.ts';
import { isOpen, ledgerRowSchema, type LedgerRow, type OpenRow } from './ledger-row.ts';

interface LedgerKey {
  partition: string;
  row: string;
}

interface Planned extends LedgerKey {
  nightId: string;
  channel: string;
}

/**
 * What was planned, and what became of it: every warning to every recipient once. Beside it stands the outbox, which
 * holds the keys of what has not gone out yet, so that nobody reads the whole ledger to find it.
 *
 * A key enters the outbox before its row enters the ledger, and leaves only when that very row is final; a final row
 * never opens again. So whatever two instances do at once and wherever one of them dies, an open row has its key in
 * the outbox. A key whose row never came (the planner died in between) stays and costs a look; the run that is
 * repeated, or the next night, writes the row.
 */
export interface Ledger {
  /** Writes a row that is not there yet; false, and nothing written, when it is. */
  plan(key: LedgerKey, row: OpenRow): Promise<boolean>;
  /** Whether there is such a row, whatever became of it. */
  knows(key: LedgerKey): Promise<boolean>;
  /** The keys of everything that has not gone out, by partition. */
  waiting(): AsyncIterable<Planned>;
  /** A partition's open rows by ascending row key. Tidies the keys of those that are final. */
  openRows(partition: string): Promise<Row<OpenRow>[]>;
  /** Writes over the version that was read; false when somebody else was faster. */
  replace(current: Row<LedgerRow>, row: LedgerRow): Promise<boolean>;
  /** How far a row has come; null where there is none. */
  stateOf(key: LedgerKey): Promise<LedgerRow['state'] | null>;
  /**
   * Writes what `change` makes of the row as it is by now, until nobody interferes; null leaves it. A row that is
   * final stays as it is.
   */
  settle(key: LedgerKey, change: (row: OpenRow) => LedgerRow | null): Promise<void>;
}

/** Reads and writes in flight at once, per instance. */
const AT_ONCE = 8;

export function createLedger(openTable: OpenTable): Ledger {
  const rows = openTable('alertledger', ledgerRowSchema);
  const outbox = openTable('alertoutbox', outboxEntrySchema);
  const journal = deliveryJournal(openTable);
  /** What became of a row is noted before its key leaves the outbox, so that no count misses one. */
  const tidy = async ({ partition, row }: LedgerKey, value: LedgerRow) => {
    await journal.note({ partition, row }, value);
    await outbox.remove(partition, row);
  };

  return {
    plan: async ({ partition, row }, value) => {
      if ((await rows.get(partition, row)) !== null) return false;
      await outbox.put(partition, row, {
        nightId: value.nightId,
        channel: value.channel,
        address: value.address,
        scope: value.scope,
      });
      return rows.insert(partition, row, value);
    },
    knows: async ({ partition, row }) => (await rows.get(partition, row)) !== null,
    waiting: async function* () {
      for await (const { partition, row, value } of outbox.all()) {
        yield { partition, row, nightId: value.nightId, channel: value.channel };
      }
    },
    openRows: async (partition) => {
      const keys: string[] = [];
      for await (const { row } of outbox.list(partition)) keys.push(row);
      const found = await mapLimited(keys, AT_ONCE, (row) =>
        openRow(rows, { partition, row }, tidy),
      );
      return found.filter((row) => row !== null);
    },
    replace: (current, row) => rows.replace(current, row),
    stateOf: async ({ partition, row }) => (await rows.get(partition, row))?.value.state ?? null,
    settle: async ({ partition, row }, change) => {
      for (;;) {
        const current = await rows.get(partition, row);
        if (current === null) return;
        const next = isOpen(current.value) ? change(current.value) : current.value;
        if (next === null) return;
        if (next === current.value || (await rows.replace(current, next))) {
          if (!isOpen(next)) await tidy({ partition, row }, next);
          return;
        }
      }
    },
  };
}

const outboxEntrySchema = z.object({
  nightId: z.string(),
  channel: z.string(),
  address: z.string(),
  scope: z.string(),
});

async function openRow(
  rows: Table<LedgerRow>,
  { partition, row }: LedgerKey,
  tidy: (key: LedgerKey, value: LedgerRow) => Promise<void>,
): Promise<Row<OpenRow> | null> {
  const found = await rows.get(partition, row);
  if (found === null) return null;
  const { value } = found;
  if (isOpen(value)) return { ...found, value };
  await tidy({ partition, row }, value);
  return null;
}
