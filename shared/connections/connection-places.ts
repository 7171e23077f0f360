import type { RecordedConsumer } from '../credentials/credential.ts';
import type { OpenTable } from '../storage/table.ts';
import { createConnectionStore } from './connection-store.ts';
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
      return (appId) => own.filter((one) => isOf(one, appId)).map(placeOf);
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

/** The secret that was entered last is dated, and so tells whether it can be the replacement. */
function placeOf({ id, displayName, secrets, consumers }: Connection): RecordedConsumer {
  const users = consumers.map(({ system, name }) => `${system} ${name}`);
  const name = users.length === 0 ? displayName : `${displayName}, for ${users.join(' and ')}`;
  const enteredAt = secrets[0]?.addedAt ?? null;
  return {
    id: `keyturn:${id}`,
    system: SYSTEM,
    name,
    contact: null,
    keyId: null,
    enteredAt,
    confirmedAt: enteredAt,
    confirmedBy: enteredAt === null ? null : 'Keyturn',
  };
}
