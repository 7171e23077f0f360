import type { Credential, LikelyConsumer } from './credential.ts';
import type { Owner } from './directory-object.ts';

/**
 * A credential that its source has decided already, id included: a vault's item, an entry of an operator's list. Its id
 * changes with its end date, so that what is known and was said about last year's version is not taken for this one's.
 */
export interface HeldCredential {
  credential: Credential;
  /** Whom the source itself names; null where it names nobody. */
  owners: Owner[] | null;
  likelyConsumers: LikelyConsumer[];
  /** `name=value`, as overrides are written on an application's tags. */
  tags: string[];
  /** What to do, in the words of whoever entered it; empty where the usual steps do. */
  steps: string[];
}

/** The list of what an operator entered. A vault's lists are `{vault}/secrets`, `{vault}/certificates`, `{vault}/keys`. */
export const ITEMS_LIST = 'items';

/** The list of Keyturn's own connections that need somebody. It is short or empty, and says nothing of what was read. */
export const CONNECTIONS_LIST = 'connections';

/** Somebody who is known by an address alone. */
export function ownerAt(address: string): Owner {
  return { id: null, type: 'unknown', displayName: null, address, accountEnabled: null };
}

/** Whether a list in a run's coverage is of held credentials, and none of the directory's. */
export function isHeldList(list: string): boolean {
  return list === ITEMS_LIST || list.includes('/');
}
