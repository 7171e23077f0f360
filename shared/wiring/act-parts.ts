import { randomBytes } from 'node:crypto';
import type { ActDeps } from '../alerts/act-by-link.ts';
import { createActLinks } from '../alerts/act-links.ts';
import { createActStore } from '../alerts/act-store.ts';
import type { Adapters } from './monitor-parts.ts';
import type { Settings } from '../settings.ts';

/** Wires what is done over the links in mails. */
export function actParts({
  settings: { timeZone },
  adapters: { openTable, deliveries, clock },
  stores,
  domainsOf,
  listsOf,
}: {
  settings: Settings;
  adapters: Adapters;
  stores: Pick<ActDeps, 'findings' | 'consumers' | 'ledger' | 'subjects'>;
  domainsOf: ActDeps['domainsOf'];
  listsOf: ActDeps['listsOf'];
}): ActDeps {
  return {
    actLinks: createActLinks({ openTable, clock, randomBytes }),
    acts: createActStore(openTable),
    ...stores,
    deliveries,
    domainsOf,
    listsOf,
    timeZone,
    clock,
  };
}
