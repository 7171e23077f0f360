import { isEnough } from './access-token.ts';
import type { BrokerDeps, Outcome, Wanted } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import { sharedToken } from './shared-token.ts';
import { unsavedGrants } from './unsaved-grants.ts';

export interface TokenBroker {
  /**
   * A token for one connection: from memory, else from what instances share, else from the provider, which is asked by
   * one instance at a time. Whether the caller may have it is decided before (security rule 8). Throws
   * `storage_unavailable` and `vault_unavailable` where nothing that is remembered will do.
   */
  acquire(holder: GrantHolder, wanted: Wanted): Promise<Outcome>;
}

type Given = Extract<Outcome, { ok: true }>;

/** More connections than this are not remembered at once; the others cost a read each. */
const MAX_REMEMBERED = 5_000;

/** One per process: it holds the memory and sees to it that a process asks once, however many callers wait. */
export function createTokenBroker(deps: BrokerDeps): TokenBroker {
  const remembered = new Map<string, Given>();
  const inFlight = new Map<string, Promise<Outcome>>();
  const unsaved = unsavedGrants();

  const recall = (holder: GrantHolder, { minTtlSeconds, force }: Wanted): Given | null => {
    const given = remembered.get(nameOf(holder));
    if (given === undefined || force === true || given.generation !== holder.generation)
      return null;
    return isEnough(given.token, deps.clock.now(), minTtlSeconds) ? given : null;
  };
  const remember = (holder: GrantHolder, outcome: Outcome): void => {
    const name = nameOf(holder);
    remembered.delete(name);
    if (!outcome.ok || outcome.staleBecause !== null) return;
    remembered.set(name, outcome);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED) break;
      remembered.delete(oldest);
    }
  };
  const begin = (holder: GrantHolder, wanted: Wanted): Promise<Outcome> => {
    const name = nameOf(holder);
    const asked = sharedToken({ ...deps, unsaved }, holder, wanted)
      .then((outcome) => {
        remember(holder, outcome);
        return outcome;
      })
      .finally(() => inFlight.delete(name));
    inFlight.set(name, asked);
    return asked;
  };

  return {
    acquire: async (holder, wanted) => {
      const known = recall(holder, wanted);
      if (known !== null) return known;
      const running = inFlight.get(nameOf(holder));
      if (running === undefined) return begin(holder, wanted);
      const outcome = await running;
      const suits =
        wanted.force !== true &&
        (!outcome.ok ||
          outcome.staleBecause !== null ||
          isEnough(outcome.token, deps.clock.now(), wanted.minTtlSeconds));
      if (suits) return outcome;
      return inFlight.get(nameOf(holder)) ?? begin(holder, wanted);
    },
  };
}

function nameOf({ connectionId, instance }: GrantHolder): string {
  return `${connectionId}.${instance}`;
}
