import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { azureTables } from '../../shared/storage/azure-table.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import type { OpenTable, Row } from '../../shared/storage/table.ts';
import { startAzurite, type Azurite } from '../support/azurite.ts';

const schema = z.object({ text: z.string(), count: z.number().optional() });
type Value = z.infer<typeof schema>;

let azurite: Azurite | undefined;
let tableCount = 0;
const freshName = () => `contract${process.pid}x${(tableCount += 1)}`;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

const adapters: [string, () => OpenTable][] = [
  ['memory', () => memoryTables().open],
  [
    'Azurite',
    () =>
      azureTables({
        connect: (name) =>
          TableClient.fromConnectionString(azurite?.connectionString ?? '', name, {
            allowInsecureConnection: true,
          }),
      }),
  ],
];

describe.each(adapters)('a table (%s)', (_name, open) => {
  const openFresh = () => open()(freshName(), schema);

  it('gives back what was put, and null for what was not', async () => {
    const table = openFresh();
    expect(await table.get('p', 'r')).toBeNull();
    await table.put('p', 'r', { text: 'a', count: 1 });
    expect(await table.get('p', 'r')).toMatchObject({
      partition: 'p',
      row: 'r',
      value: { text: 'a', count: 1 },
    });
    await table.put('p', 'r', { text: 'b' });
    expect((await table.get('p', 'r'))?.value).toEqual({ text: 'b' });
  });

  it('inserts once, and leaves what is there as it is', async () => {
    const table = openFresh();
    expect(await table.insert('p', 'r', { text: 'first' })).toBe(true);
    expect(await table.insert('p', 'r', { text: 'second' })).toBe(false);
    expect((await table.get('p', 'r'))?.value.text).toBe('first');
  });

  it('lets only one of many inserts of the same row win', async () => {
    const table = openFresh();
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, count) => table.insert('p', 'r', { text: 'x', count })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('replaces the version that was read, and no other', async () => {
    const table = openFresh();
    await table.put('p', 'r', { text: 'a' });
    const read = await mustGet(table.get('p', 'r'));
    expect(await table.replace(read, { text: 'b' })).toBe(true);
    expect(await table.replace(read, { text: 'c' })).toBe(false);
    expect((await table.get('p', 'r'))?.value.text).toBe('b');
  });

  it('does not replace what was removed, even when it was put back', async () => {
    const table = openFresh();
    await table.put('p', 'r', { text: 'a' });
    const read = await mustGet(table.get('p', 'r'));
    await table.remove('p', 'r');
    expect(await table.replace(read, { text: 'b' })).toBe(false);
    await table.put('p', 'r', { text: 'a' });
    expect(await table.replace(read, { text: 'b' })).toBe(false);
  });

  it('lets only one of many replacements of the same version win', async () => {
    const table = openFresh();
    await table.put('p', 'r', { text: 'a' });
    const read = await mustGet(table.get('p', 'r'));
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, count) => table.replace(read, { text: 'b', count })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('removes, and does not mind when there is nothing to remove', async () => {
    const table = openFresh();
    await table.put('p', 'r', { text: 'a' });
    await table.remove('p', 'r');
    await table.remove('p', 'r');
    expect(await table.get('p', 'r')).toBeNull();
  });

  it('lists one partition by ascending row key, whatever the order of writing', async () => {
    const table = openFresh();
    for (const row of ['b', 'B', 'ä', 'a', '10', '9', 'a-1'])
      await table.put('p', row, { text: row });
    await table.put('p2', 'other', { text: '' });
    await table.put("o'neill", 'quoted', { text: '' });
    expect(await rows(table.list('p'))).toEqual(['10', '9', 'B', 'a', 'a-1', 'b', 'ä']);
    expect(await rows(table.list("o'neill"))).toEqual(['quoted']);
    expect(await rows(table.list('nothing'))).toEqual([]);
  });

  it('lists a range from its first key up to, not including, its last', async () => {
    const table = openFresh();
    for (const row of ['a', 'b', 'c', 'd']) await table.put('p', row, { text: row });
    expect(await rows(table.list('p', { from: 'b', before: 'd' }))).toEqual(['b', 'c']);
    expect(await rows(table.list('p', { from: 'c' }))).toEqual(['c', 'd']);
    expect(await rows(table.list('p', { before: 'b' }))).toEqual(['a']);
  });

  it('lists every row by partition and row, over more than one page of the service', async () => {
    const table = openFresh();
    const keys = Array.from({ length: 1_010 }, (_, n) => `${n}`.padStart(4, '0'));
    for (let start = 0; start < keys.length; start += 101) {
      await Promise.all(
        keys.slice(start, start + 101).map((key) => table.put(key.slice(0, 2), key, { text: key })),
      );
    }
    expect(await rows(table.all())).toEqual(keys);
  });

  it('keeps long text and text of any script as it was', async () => {
    const table = openFresh();
    const texts = [
      'x'.repeat(100_000),
      `${'x'.repeat(29_990)}${'🔑'.repeat(20_000)}`,
      '\ud800 "\\\n',
    ];
    for (const [index, text] of texts.entries()) {
      await table.put('p', `${index}`, { text });
      expect((await table.get('p', `${index}`))?.value.text).toBe(text);
    }
    await table.put('p', '0', { text: 'short again' });
    expect((await table.get('p', '0'))?.value.text).toBe('short again');
  });

  it('refuses a key that Table Storage does not take', async () => {
    const table = openFresh();
    await expect((async () => table.put('p', 'a/b', { text: '' }))()).rejects.toMatchObject({
      code: 'internal_error',
    });
  });

  it('says so when a record is not what was agreed', async () => {
    const opener = open();
    const name = freshName();
    await opener(name, z.object({ other: z.string() })).put('p', 'r', { other: 'x' });
    await expect(opener(name, schema).get('p', 'r')).rejects.toMatchObject({
      code: 'internal_error',
      message: expect.stringContaining('text') as string,
    });
  });
});

describe('a table of Azure', () => {
  const connect = (name: string) =>
    TableClient.fromConnectionString(azurite?.connectionString ?? '', name, {
      allowInsecureConnection: true,
    });

  it('is created again when somebody removed it', async () => {
    const name = freshName();
    const table = azureTables({ connect })(name, schema);
    await table.put('p', 'r', { text: 'a' });
    await connect(name).deleteTable();
    expect(await table.get('p', 'r')).toBeNull();
    await connect(name).deleteTable();
    expect(await table.insert('p', 'r', { text: 'b' })).toBe(true);
  });

  it('says that storage does not answer without showing its key', async () => {
    const nowhere =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;TableEndpoint=http://127.0.0.1:9/a';
    const table = azureTables({
      connect: (name) =>
        TableClient.fromConnectionString(nowhere, name, {
          allowInsecureConnection: true,
          retryOptions: { maxRetries: 0 },
        }),
    })(freshName(), schema);
    await expect(table.get('p', 'r')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.not.stringContaining('c2VjcmV0') as string,
    });
  });
});

async function mustGet(found: Promise<Row<Value> | null>): Promise<Row<Value>> {
  const row = await found;
  if (row === null) throw new Error('the row should be there');
  return row;
}

async function rows(list: AsyncIterable<Row<Value>>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { row } of list) keys.push(row);
  return keys;
}

describe('a table of an account in which nobody may make tables', () => {
  it('is used like any other where it is there already', async () => {
    const name = freshName();
    await tableClient(name).createTable();
    const table = azureTables({ connect: () => withoutCreation(name) })(name, schema);
    expect(await table.get('p', 'r')).toBeNull();
    await table.put('p', 'r', { text: 'a' });
    expect((await table.list('p')[Symbol.asyncIterator]().next()).value).toMatchObject({
      value: { text: 'a' },
    });
  });

  it('says that storage refused, where it is not there', async () => {
    const name = freshName();
    const table = azureTables({ connect: () => withoutCreation(name) })(name, schema);
    await expect(table.get('p', 'r')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('refused Keyturn (403)'),
    });
  });
});

function tableClient(name: string): TableClient {
  return TableClient.fromConnectionString(azurite?.connectionString ?? '', name, {
    allowInsecureConnection: true,
  });
}

/** As on Azure, where the identity has a role on each table and none on the account. */
function withoutCreation(name: string): TableClient {
  const client = tableClient(name);
  client.createTable = () =>
    Promise.reject(Object.assign(new Error('AuthorizationFailure'), { statusCode: 403 }));
  return client;
}
