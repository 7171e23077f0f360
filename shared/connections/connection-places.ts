import type { OpenTable } from '../storage/table.ts';
import { createConnectionStore } from './connection-store.ts';
import type { Connection } from './connection.ts';

/** A connection that signs in as an application, as a finding of that application names it. */
export interface UsingConnection {
  id: string;
  displayName: string;
}

export interface ConnectionPlaces {
  /** Keyturn's own connections that a secret's end stops too, by the application's tenant and its id. */
  lookUp(): Promise<(tenantId: string, appId: string) => UsingConnection[]>;
}

/** Joined by the application's tenant and its id (security rule 20); a federated one has no secret that ends. */
export function connectionPlaces(openTable: OpenTable): ConnectionPlaces {
  const store = createConnectionStore(openTable);
  return {
    lookUp: async () => {
      const known: Connection[] = [];
      for await (const { value } of store.list())
        if (value.credential.type !== 'federated') known.push(value);
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
