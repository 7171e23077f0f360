import { odata, type TableClient, type TableEntityResult } from '@azure/data-tables';
import type { ZodType } from 'zod';
import { ensuredClient, ignoring, type EnsuredClient } from './azure-storage.ts';
import { parseStored } from './stored-value.ts';
import { checkKey } from './table-key.ts';
import type { OpenTable, Row, RowRange, Table } from './table.ts';

export interface AzureTablesDeps {
  /** A client for one table; credentials and address are the caller's business (shared/azure.ts). */
  connect: (tableName: string) => TableClient;
}

/** One string property holds 64 KiB of UTF-16. Microsoft Learn: "Understanding the Table service data model". */
const MAX_PART_CHARACTERS = 30_000;

/** Columns `v0`, `v1`, …: a record's JSON in parts. */
type Columns = Record<`v${number}`, string>;

/**
 * Tables of an Azure storage account (or Azurite). One that is not there is created. Throws AppError `storage_unavailable`
 * when the service refuses or does not answer; "there already", "changed since" and "not there" are return values.
 */
export function azureTables({ connect }: AzureTablesDeps): OpenTable {
  return <T>(name: string, schema: ZodType<T>) => {
    const client = ensuredClient({
      what: `table ${name}`,
      connect: () => connect(name),
      create: (table) => table.createTable(),
      goneCode: 'TableNotFound',
    });
    return azureTable({ name, schema, client });
  };
}

interface AzureTable<T> {
  name: string;
  schema: ZodType<T>;
  client: EnsuredClient<TableClient>;
}

function azureTable<T>(table: AzureTable<T>): Table<T> {
  return { ...reading(table), ...writing(table) };
}

function reading<T>({
  name,
  schema,
  client,
}: AzureTable<T>): Pick<Table<T>, 'get' | 'list' | 'all'> {
  const read = (entity: TableEntityResult<Record<string, unknown>>): Row<T> => ({
    partition: entity.partitionKey ?? '',
    row: entity.rowKey ?? '',
    value: parseStored(name, joined(entity), schema),
    etag: entity.etag,
  });
  async function* query(filter?: string): AsyncIterable<Row<T>> {
    const options = filter === undefined ? {} : { queryOptions: { filter } };
    const pages = client.pages((table) => table.listEntities(options).byPage());
    for await (const page of pages) for (const entity of page) yield read(entity);
  }
  return {
    get: async (partition, row) => {
      const keys = [checkKey(partition), checkKey(row)] as const;
      const entity = await client.run((table) =>
        table.getEntity(...keys).catch(ignoring(404, null)),
      );
      return entity === null ? null : read(entity);
    },
    list: (partition, range) => query(filterOf(checkKey(partition), range)),
    all: () => query(),
  };
}

function writing<T>({
  client,
}: AzureTable<T>): Pick<Table<T>, 'insert' | 'put' | 'replace' | 'remove'> {
  return {
    insert: async (partition, row, value) => {
      const entity = entityOf(partition, row, value);
      return client.run((table) =>
        table.createEntity(entity).then(() => true, ignoring(409, false)),
      );
    },
    put: async (partition, row, value) => {
      const entity = entityOf(partition, row, value);
      await client.run((table) => table.upsertEntity(entity, 'Replace'));
    },
    replace: async ({ partition, row, etag }, value) => {
      const entity = entityOf(partition, row, value);
      return client.run((table) =>
        table
          .updateEntity(entity, 'Replace', { etag })
          .then(() => true, ignoring(412, false))
          .catch(ignoring(404, false)),
      );
    },
    remove: async (partition, row) => {
      const keys = [checkKey(partition), checkKey(row)] as const;
      await client.run((table) => table.deleteEntity(...keys).catch(ignoring(404, undefined)));
    },
  };
}

/** Values go in as parameters that the SDK quotes, never as text of the filter (security rule 28). */
function filterOf(partition: string, { from, before }: RowRange = {}): string {
  return [
    odata`PartitionKey eq ${partition}`,
    ...(from === undefined ? [] : [odata`RowKey ge ${from}`]),
    ...(before === undefined ? [] : [odata`RowKey lt ${before}`]),
  ].join(' and ');
}

function entityOf(partition: string, row: string, value: unknown) {
  return {
    partitionKey: checkKey(partition),
    rowKey: checkKey(row),
    ...split(asciiJson(value)),
  };
}

function split(json: string): Columns {
  const columns: Columns = {};
  for (let part = 0; part * MAX_PART_CHARACTERS < json.length; part += 1) {
    const start = part * MAX_PART_CHARACTERS;
    columns[`v${part}`] = json.slice(start, start + MAX_PART_CHARACTERS);
  }
  return columns;
}

/**
 * JSON in ASCII. A character of several bytes may arrive in two pieces, and Azurite decodes each piece by itself, which
 * turned it into two replacement characters.
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function joined(entity: Record<string, unknown>): string {
  const parts: string[] = [];
  for (let part = entity['v0']; typeof part === 'string'; part = entity[`v${parts.length}`]) {
    parts.push(part);
  }
  return parts.join('');
}
