import { tenantKey } from '../checks/run.ts';
import type { OpenTable } from '../storage/table.ts';
import { actSchema, type Act } from './act.ts';
import { hashOf } from './ledger-keys.ts';

export interface ActStore {
  /** Keeps an act; nothing happens when it is there already. */
  record(act: Act): Promise<void>;
  /** Everything that was said about a tenant's findings, in the order in which it was said. */
  ofTenant(tenantId: string): Promise<Act[]>;
}

/** Acts over table `acts`, partition = tenant, row = instant and a hash: a log that nobody writes over. */
export function createActStore(openTable: OpenTable): ActStore {
  const table = openTable('acts', actSchema);
  return {
    record: async (act) => {
      const what = hashOf([act.findingId, act.by.toLowerCase(), act.kind]);
      await table.insert(tenantKey(act.tenantId), `${act.at}-${what.slice(0, 32)}`, act);
    },
    ofTenant: async (tenantId) => {
      const acts: Act[] = [];
      for await (const { value } of table.list(tenantKey(tenantId))) acts.push(value);
      return acts;
    },
  };
}
