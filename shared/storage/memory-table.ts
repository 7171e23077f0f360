import type { ZodType } from 'zod';
import { parseStored } from './stored-value.ts';
import { checkKey } from './table-key.ts';
import type { OpenTable, Row, RowRange, Table } from './table.ts';

export interface MemoryTables {
  open: OpenTable;
  /** Everything that is stored, by table, sorted by partition and row: for tests to look at. */
  dump(): Record<string, { partition: string; row: string; value: unknown }[]>;
}

interface Stored {
  partition: string;
  row: string;
  json: string;
  etag: string;
}

/** The twin of the Azure tables, in memory: same etags, same order, values go through JSON as they would there. */
export function memoryTables(): MemoryTables {
  const tables = new Map<string, Map<string, Stored>>();
  let version = 0;
  const nextEtag = () => `W/"${(version += 1)}"`;

  const rowsOf = (name: string) => {
    const rows = tables.get(name) ?? new Map<string, Stored>();
    tables.set(name, rows);
    return rows;
  };

  return {
    open: <T>(name: string, schema: ZodType<T>) =>
      memoryTable({ name, schema, rows: rowsOf(name), nextEtag }),
    dump: () =>
      Object.fromEntries(
        [...tables].map(([name, rows]) => [
          name,
          sorted([...rows.values()]).map(({ partition, row, json }) => ({
            partition,
            row,
            value: JSON.parse(json) as unknown,
          })),
        ]),
      ),
  };
}

interface MemoryTable<T> {
  name: string;
  schema: ZodType<T>;
  rows: Map<string, Stored>;
  nextEtag: () => string;
}

function memoryTable<T>({ name, schema, rows, nextEtag }: MemoryTable<T>): Table<T> {
  const store = (partition: string, row: string, value: T) => {
    const json = JSON.stringify(value);
    rows.set(keyOf(partition, row), { partition, row, json, etag: nextEtag() });
  };
  const read = ({ partition, row, json, etag }: Stored): Row<T> => ({
    partition,
    row,
    value: parseStored(name, json, schema),
    etag,
  });
  /** Rows written or removed while somebody lists are seen as they are when their turn comes, as in the service. */
  async function* walk(wanted: (stored: Stored) => boolean): AsyncIterable<Row<T>> {
    for (const { partition, row } of sorted([...rows.values()].filter(wanted))) {
      const stored = rows.get(keyOf(partition, row));
      if (stored !== undefined) yield read(stored);
    }
  }

  return {
    get: async (partition, row) => {
      const stored = rows.get(keyOf(partition, row));
      return stored === undefined ? null : read(stored);
    },
    insert: async (partition, row, value) => {
      if (rows.has(keyOf(partition, row))) return false;
      store(partition, row, value);
      return true;
    },
    put: async (partition, row, value) => store(partition, row, value),
    replace: async (current, value) => {
      const stored = rows.get(keyOf(current.partition, current.row));
      if (stored === undefined || stored.etag !== current.etag) return false;
      store(current.partition, current.row, value);
      return true;
    },
    remove: async (partition, row) => {
      rows.delete(keyOf(partition, row));
    },
    list: (partition, range) =>
      walk((stored) => stored.partition === partition && isIn(range, stored.row)),
    all: () => walk(() => true),
  };
}

function keyOf(partition: string, row: string): string {
  return `${checkKey(partition)}/${checkKey(row)}`;
}

function isIn({ from, before }: RowRange = {}, row: string): boolean {
  return (from === undefined || row >= from) && (before === undefined || row < before);
}

function sorted(rows: Stored[]): Stored[] {
  return rows.sort((a, b) => compare(a.partition, b.partition) || compare(a.row, b.row));
}

/** By UTF-16 code unit, as Table Storage orders keys; localeCompare would not. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
