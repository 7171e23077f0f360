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
  it('are places that hold a secret of their application, and name who uses them', async () => {
    const places = await world(
      connection({
        secrets: [SECRET],
        consumers: [{ system: 'SmartConnect', name: 'BC Prod', contact: null }],
      }),
    );
    const of = await places.consumersOf(HOLDER.tenantId.toUpperCase());
    expect(of(HOLDER.clientId.toUpperCase())).toEqual([
      {
        id: 'keyturn:bc-production',
        system: 'Keyturn connection',
        name: 'Business Central production, for SmartConnect BC Prod',
        contact: null,
        keyId: null,
        enteredAt: SECRET.addedAt,
        confirmedAt: SECRET.addedAt,
        confirmedBy: 'Keyturn',
      },
    ]);
    const lookUp = await places.lookUp();
    expect(lookUp(HOLDER.tenantId, HOLDER.clientId)).toEqual([
      { id: 'bc-production', displayName: 'Business Central production' },
    ]);
  });

  it('are not named for another application, another tenant, or without a secret to replace', async () => {
    const places = await world(
      connection({ secrets: [SECRET] }),
      connection({ id: 'bc-other', credential: { type: 'federated' } }),
    );
    const of = await places.consumersOf(HOLDER.tenantId);
    expect(of('99999999-0000-4000-8000-000000000009')).toEqual([]);
    expect(of(HOLDER.clientId)).toHaveLength(1);
    const elsewhere = await places.consumersOf('99999999-0000-4000-8000-000000000009');
    expect(elsewhere(HOLDER.clientId)).toEqual([]);
  });
});
