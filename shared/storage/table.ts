import type { ZodType } from 'zod';

/** One stored record with the version that conditional writes compare. */
export interface Row<T> {
  partition: string;
  row: string;
  value: T;
  etag: string;
}

export interface RowRange {
  /** First row key, inclusive. */
  from?: string;
  /** Row key after the last one, exclusive. */
  before?: string;
}

/**
 * Facts that may be read, keyed by partition and row. Keys are any text without / \ # ? and control characters
 * (hash what is not). Throws AppError `storage_unavailable` when the service does not answer.
 */
export interface Table<T> {
  get(partition: string, row: string): Promise<Row<T> | null>;
  /** Creates; false when the row is there already, which is then left as it is. */
  insert(partition: string, row: string, value: T): Promise<boolean>;
  /** Creates or overwrites. */
  put(partition: string, row: string, value: T): Promise<void>;
  /** Overwrites the version with this etag; false when somebody else wrote or removed it since. */
  replace(current: Row<T>, value: T): Promise<boolean>;
  /** Removes; nothing happens when it is not there. */
  remove(partition: string, row: string): Promise<void>;
  /** A partition's rows by ascending row key. */
  list(partition: string, range?: RowRange): AsyncIterable<Row<T>>;
  /** Every row of the table, by partition and row. */
  all(): AsyncIterable<Row<T>>;
}

/** Opens a table by its name (letters and digits), which is created where it is not there. Values are checked when read. */
export type OpenTable = <T>(name: string, schema: ZodType<T>) => Table<T>;
