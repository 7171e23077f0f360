import { z } from 'zod';
import type { OpenTable, Row } from '../storage/table.ts';
import type { Playbook } from './playbook.ts';
import { readPlaybook } from './read-playbook.ts';

const storedPlaybookSchema = z.object({ id: z.string(), markdown: z.string() });

/** What an operator wrote, as it was written. */
type StoredPlaybook = z.infer<typeof storedPlaybookSchema>;

/** An operator's own playbooks. What comes with Keyturn is not in it. */
export interface PlaybookStore {
  /** By id. */
  list(): Promise<StoredPlaybook[]>;
  get(id: string): Promise<Row<StoredPlaybook> | null>;
  /** False when the id is taken. */
  create(playbook: StoredPlaybook): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<StoredPlaybook>, playbook: StoredPlaybook): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Those that can be read: the rules may have become stricter since one was written. */
  readable(): Promise<Playbook[]>;
}

/** Playbooks over table `playbooks`; a handful, in one partition. */
export function createPlaybookStore(openTable: OpenTable): PlaybookStore {
  const table = openTable('playbooks', storedPlaybookSchema);
  const store: PlaybookStore = {
    list: async () => {
      const found: StoredPlaybook[] = [];
      for await (const { value } of table.list(PARTITION)) found.push(value);
      return found;
    },
    get: (id) => table.get(PARTITION, id),
    create: (playbook) => table.insert(PARTITION, playbook.id, playbook),
    replace: (current, playbook) => table.replace(current, playbook),
    remove: (id) => table.remove(PARTITION, id),
    readable: async () =>
      (await store.list()).flatMap(({ id, markdown }) => {
        const read = readPlaybook(id, markdown);
        return read.ok ? [read.playbook] : [];
      }),
  };
  return store;
}

const PARTITION = 'playbook';
