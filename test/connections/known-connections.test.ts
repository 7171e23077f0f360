import { describe, expect, it } from 'vitest';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { knownConnections } from '../../shared/connections/known-connections.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import type { OpenTable } from '../../shared/storage/table.ts';
import { connection } from '../support/connections.ts';
import { fakeClock } from '../support/fake-clock.ts';

async function setUp() {
  const clock = fakeClock('2026-11-28T00:00:00Z');
  const tables = memoryTables();
  const asked: string[] = [];
  const openTable: OpenTable = (name, schema) => {
    const table = tables.open(name, schema);
    return {
      ...table,
      get: (partition, row) => {
        asked.push(name);
        return table.get(partition, row);
      },
    };
  };
  const store = createConnectionStore(openTable);
  const made = connection();
  await store.create(made);
  return { clock, store, made, asked, known: knownConnections(store, clock) };
}

describe('connections on the hot path', () => {
  it('cost the same look-ups whether they exist or not, so that nobody tells it by the time', async () => {
    const { asked, known, made } = await setUp();
    expect((await known.get(made.id))?.connection).toEqual(made);
    const there = asked.splice(0);
    expect(await known.get('nowhere')).toBeNull();
    expect(asked.splice(0)).toEqual(there);
    await known.get(made.id);
    await known.get('nowhere');
    expect(asked).toEqual([]);
  });

  it('are read anew after 30 seconds, and at once where this process changed them', async () => {
    const { clock, known, made, store } = await setUp();
    await known.get(made.id);
    await store.remove(made);
    expect(await known.get(made.id)).not.toBeNull();
    clock.advance(30_000);
    expect(await known.get(made.id)).toBeNull();
    await store.create(made);
    known.forget(made.id);
    expect(await known.get(made.id)).not.toBeNull();
  });
});
