import type { RecordedConsumer } from '../credentials/credential.ts';
import { ownPlaceId } from '../credentials/recorded-consumers.ts';
import type { OpenTable } from '../storage/table.ts';
import { createConnectionStore } from './connection-store.ts';
import type { ConnectionState } from './connection-status.ts';
import type { Connection } from './connection.ts';

/** A connection that signs in as an application, as a finding of that application names it. */
export interface UsingConnection {
  id: string;
  displayName: string;
}

export interface ConnectionPlaces {
  /** Keyturn's own connections as places that hold secrets of a tenant's applications, by appId. */
  consumersOf(tenantId: string): Promise<(appId: string) => RecordedConsumer[]>;
  /** The same for all tenants, by tenant and appId. */
  lookUp(): Promise<(tenantId: string, appId: string) => UsingConnection[]>;
}

/** What playbooks know Keyturn by. */
const SYSTEM = 'Keyturn connection';

/**
 * Connections beside consumers: a secret that ends stops them too, and whoever replaces it has to enter the new one here.
 * Joined by the application's tenant and its id (security rule 20).
 */
export function connectionPlaces(openTable: OpenTable): ConnectionPlaces {
  const store = createConnectionStore(openTable);
  const all = async () => {
    const known: Connection[] = [];
    for await (const { value } of store.list()) known.push(value);
    return known.filter(({ credential }) => credential.type !== 'federated');
  };
  return {
    consumersOf: async (tenantId) => {
      const own = (await all()).filter((one) => one.appTenantId === tenantId.toLowerCase());
      const places = new Map<Connection, RecordedConsumer>();
      for (const one of own) places.set(one, placeOf(one, await store.state(one)));
      return (appId) => [...places].flatMap(([one, place]) => (isOf(one, appId) ? [place] : []));
    },
    lookUp: async () => {
      const known = await all();
      return (tenantId, appId) =>
        known
          .filter((one) => one.appTenantId === tenantId.toLowerCase() && isOf(one, appId))
          .map(({ id, displayName }) => ({ id, displayName }));
    },
  };
}

function isOf({ clientId }: Connection, appId: string): boolean {
  return clientId.toLowerCase() === appId.toLowerCase();
}

/** It holds the secret that last got a token for it: one that was entered and not used yet proves nothing. */
function placeOf(
  { id, displayName, secrets, consumers, owners }: Connection,
  state: ConnectionState | null,
): RecordedConsumer {
  const users = consumers.map(({ system, name }) => `${system} ${name}`);
  const inUse = secrets.find(({ version }) => version === state?.workingSecret);
  return {
    id: ownPlaceId(id),
    system: SYSTEM,
    name: users.length === 0 ? displayName : `${displayName}, for ${users.join(' and ')}`,
    contact: owners.length === 0 ? null : owners.join(', '),
    keyId: null,
    enteredAt: inUse?.addedAt ?? null,
    confirmedAt: null,
    confirmedBy: null,
  };
}
