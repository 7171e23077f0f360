import type { OpenTable, Row } from '../storage/table.ts';
import { manualItemSchema, type ManualItem } from './manual-item.ts';

/** What operators entered; of the installation, and watched with its home tenant. */
export interface ManualItemStore {
  /** By id. */
  list(): Promise<ManualItem[]>;
  get(id: string): Promise<Row<ManualItem> | null>;
  /** False when the id is taken. */
  create(item: ManualItem): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<ManualItem>, item: ManualItem): Promise<boolean>;
  remove(id: string): Promise<void>;
}

const PARTITION = 'item';

/** Items over table `items`. There are few, so one partition holds them all. */
export function createManualItemStore(openTable: OpenTable): ManualItemStore {
  const table = openTable('items', manualItemSchema);
  return {
    list: async () => {
      const items: ManualItem[] = [];
      for await (const { value } of table.list(PARTITION)) items.push(value);
      return items;
    },
    get: (id) => table.get(PARTITION, id),
    create: (item) => table.insert(PARTITION, item.id, item),
    replace: (current, item) => table.replace(current, item),
    remove: (id) => table.remove(PARTITION, id),
  };
}
