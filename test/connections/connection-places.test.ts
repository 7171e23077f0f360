import { describe, expect, it } from 'vitest';
import { connectionPlaces } from '../../shared/connections/connection-places.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { HOLDER } from '../support/broker.ts';
import { connection } from '../support/connections.ts';

const SECRET = { name: 'n', version: 'v', hint: 'Ab3', addedAt: '2026-11-25T08:00:00.000Z' };

async function world(...all: ReturnType<typeof connection>[]) {
  const tables = memoryTables();
  const store = createConnectionStore(tables.open);
  for (const one of all) await store.create(one);
  return connectionPlaces(tables.open);
}

describe("Keyturn's own connections", () => {
  it('are named for the application that they sign in as, and for no other', async () => {
    const places = await world(
      connection({ secrets: [SECRET] }),
      connection({ id: 'bc-other', credential: { type: 'federated' } }),
    );
    const of = await places.lookUp();
    expect(of(HOLDER.tenantId.toUpperCase(), HOLDER.clientId.toUpperCase())).toEqual([
      { id: 'bc-production', displayName: 'Business Central production' },
    ]);
    expect(of(HOLDER.tenantId, '99999999-0000-4000-8000-000000000009')).toEqual([]);
    expect(of('99999999-0000-4000-8000-000000000009', HOLDER.clientId)).toEqual([]);
  });
});
