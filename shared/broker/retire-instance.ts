import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connections/connection.ts';
import { secretName } from '../connections/add-secret.ts';
import type { Removed, SecretVault } from '../connections/secret-vault.ts';
import { reasonOf } from '../failure-text.ts';
import type { Log } from '../log.ts';
import type { OpenTable } from '../storage/table.ts';
import { anchorName } from './anchor-grant.ts';
import type { GrantStateStore } from './grant-state-store.ts';

export interface RetireDeps {
  openTable: OpenTable;
  states: GrantStateStore;
  vault: SecretVault;
  clock: Clock;
  log: Log;
}

export interface Retirement {
  /**
   * Takes everything of an instance out of the world: its state, its grant, its secrets. It is written down first, so a
   * crash leaves it to {@link Retirement.sweep}. Says when what is gone; what could not be done now is done later.
   */
  retire(connection: Pick<Connection, 'id' | 'instance'>): Promise<Removed | 'later'>;
  /** Does what is left over. */
  sweep(): Promise<{ retired: number; left: number }>;
}

const retiredSchema = z.object({
  id: z.string(),
  instance: z.string(),
  since: z.iso.datetime(),
});
type Retired = z.infer<typeof retiredSchema>;

const PARTITION = 'retired';

/** Retired instances over table `retired` (security rule 18). */
export function createRetirement(deps: RetireDeps): Retirement {
  const table = deps.openTable('retired', retiredSchema);
  const finish = async (retired: Retired): Promise<Removed | 'later'> => {
    try {
      const removed = await removeAll(deps, retired);
      if (removed === 'later') return removed;
      await table.remove(PARTITION, rowOf(retired));
      return removed;
    } catch (error) {
      deps.log.warn('what a connection left behind could not be removed yet', {
        connectionId: retired.id,
        reason: reasonOf(error),
      });
      return 'later';
    }
  };
  return {
    retire: async ({ id, instance }) => {
      const retired = { id, instance, since: deps.clock.now().toISOString() };
      await table.put(PARTITION, rowOf(retired), retired);
      return finish(retired);
    },
    sweep: async () => {
      let retired = 0;
      let left = 0;
      for await (const { value } of table.list(PARTITION)) {
        if ((await finish(value)) === 'later') left += 1;
        else retired += 1;
      }
      return { retired, left };
    },
  };
}

function rowOf({ id, instance }: Retired): string {
  return `${id}.${instance}`;
}

/** The state goes first, under its lease: a refresh that is under way then finds its grant gone and keeps nothing. */
async function removeAll(
  { states, vault }: RetireDeps,
  { id, instance }: Retired,
): Promise<Removed | 'later'> {
  const key = { connectionId: id, instance };
  const lease = await states.lease(key);
  if (lease === null || !(await lease.remove())) return 'later';
  const grant = await vault.remove(anchorName(key));
  const secret = await vault.remove(secretName({ id, instance }));
  return grant.state === 'recoverable' ? grant : secret;
}
