import { describe, expect, it } from 'vitest';
import { connectionPlaces } from '../../shared/connections/connection-places.ts';
import { newConnectionState } from '../../shared/connections/connection-status.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { HOLDER } from '../support/broker.ts';
import { connection } from '../support/connections.ts';

const OLD = { name: 'n', version: 'v1', hint: 'Ab3', addedAt: '2026-11-25T08:00:00.000Z' };
const NEW = { name: 'n', version: 'v2', hint: 'N3w', addedAt: '2026-11-29T08:00:00.000Z' };

async function world(...all: ReturnType<typeof connection>[]) {
  const tables = memoryTables();
  const store = createConnectionStore(tables.open);
  for (const one of all) await store.create(one);
  const uses = (one: ReturnType<typeof connection>, workingSecret: string) =>
    store.setState(one, () => ({ ...newConnectionState(new Date(0)), workingSecret }));
  return { places: connectionPlaces(tables.open), uses };
}

const BC = connection({
  secrets: [NEW, OLD],
  consumers: [{ system: 'SmartConnect', name: 'BC Prod', contact: null }],
});

describe("Keyturn's own connections", () => {
  it('are places that hold a secret of their application, and name who uses them', async () => {
    const { places, uses } = await world(BC);
    await uses(BC, OLD.version);
    const of = await places.consumersOf(HOLDER.tenantId.toUpperCase());
    expect(of(HOLDER.clientId.toUpperCase())).toEqual([
      {
        id: 'keyturn:bc-production',
        system: 'Keyturn connection',
        name: 'Business Central production, for SmartConnect BC Prod',
        contact: null,
        keyId: null,
        enteredAt: OLD.addedAt,
        confirmedAt: null,
        confirmedBy: null,
      },
    ]);
    const lookUp = await places.lookUp();
    expect(lookUp(HOLDER.tenantId, HOLDER.clientId)).toEqual([
      { id: 'bc-production', displayName: 'Business Central production' },
    ]);
  });

  it('hold the secret that last got a token, not the one that was merely entered last', async () => {
    const { places, uses } = await world(BC);
    const enteredAt = async () =>
      (await places.consumersOf(HOLDER.tenantId))(HOLDER.clientId).map((one) => one.enteredAt);
    expect(await enteredAt()).toEqual([null]);
    await uses(BC, OLD.version);
    expect(await enteredAt()).toEqual([OLD.addedAt]);
    await uses(BC, NEW.version);
    expect(await enteredAt()).toEqual([NEW.addedAt]);
  });

  it('are not named for another application, another tenant, or without a secret to replace', async () => {
    const federated = connection({ id: 'bc-other', credential: { type: 'federated' } });
    const { places } = await world(BC, federated);
    const of = await places.consumersOf(HOLDER.tenantId);
    expect(of('99999999-0000-4000-8000-000000000009')).toEqual([]);
    expect(of(HOLDER.clientId)).toHaveLength(1);
    const elsewhere = await places.consumersOf('99999999-0000-4000-8000-000000000009');
    expect(elsewhere(HOLDER.clientId)).toEqual([]);
  });
});
