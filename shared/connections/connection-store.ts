import type { OpenTable, Row } from '../storage/table.ts';
import { connectionSchema, type Connection } from './connection.ts';
import { connectionStatusSchema, type ConnectionState } from './connection-status.ts';

/** Connections and how they are. Ids are checked before they come here. Throws `storage_unavailable`. */
export interface ConnectionStore {
  get(id: string): Promise<Row<Connection> | null>;
  /** By id. */
  list(): AsyncIterable<Row<Connection>>;
  /** False when the id is taken. */
  create(connection: Connection): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<Connection>, connection: Connection): Promise<boolean>;
  remove(connection: Connection): Promise<void>;
  /** How it is; null before anything was noted. Another instance of the id has nothing of an earlier one. */
  state(connection: Pick<Connection, 'id' | 'instance'>): Promise<ConnectionState | null>;
  /**
   * Notes what `change` makes of how it is by now, until nobody interferes; null leaves it as it is. Gives what stands
   * then.
   */
  setState(
    connection: Pick<Connection, 'id' | 'instance'>,
    change: (state: ConnectionState | null) => ConnectionState | null,
  ): Promise<ConnectionState | null>;
}

/** Connections over tables `connections` and `connectionstates`. */
export function createConnectionStore(openTable: OpenTable): ConnectionStore {
  const connections = openTable('connections', connectionSchema);
  const states = openTable('connectionstates', connectionStatusSchema);
  return {
    get: (id) => connections.get(PARTITION, id),
    list: () => connections.list(PARTITION),
    create: (connection) => connections.insert(PARTITION, connection.id, connection),
    replace: (current, connection) => connections.replace(current, connection),
    remove: async ({ id, instance }) => {
      await connections.remove(PARTITION, id);
      await states.remove(id, instance);
    },
    state: async ({ id, instance }) => (await states.get(id, instance))?.value ?? null,
    setState: async ({ id, instance }, change) => {
      for (;;) {
        const current = await states.get(id, instance);
        const next = change(current?.value ?? null);
        if (next === null) return current?.value ?? null;
        const isDone =
          current === null
            ? await states.insert(id, instance, next)
            : await states.replace(current, next);
        if (isDone) return next;
      }
    },
  };
}

const PARTITION = 'connections';
