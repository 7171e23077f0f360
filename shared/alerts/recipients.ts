import type { Owner } from '../credentials/directory-object.ts';
import type { Reason } from './reasons.ts';

/** The lists that an operator sets (KEYTURN_FALLBACK_RECIPIENTS and its two neighbours). */
export interface RecipientLists {
  fallback: readonly string[];
  escalation: readonly string[];
  operations: readonly string[];
}

/** What decides who is told. */
export interface Warned {
  stage: number;
  holder: { type: string };
  owners: readonly Owner[];
}

export interface Recipient {
  /** As the directory or the operator wrote it. */
  address: string;
  /** Owners get a mail per tenant; the lists get one over all tenants. */
  audience: 'owner' | 'list';
  reason: Reason;
}

/**
 * Who is told about one credential, each once and with the first reason that applies: its owners; the fallback list
 * when mail reaches none of them, and always from 7 days on; the escalation list from 1 day on. Where that leaves
 * nobody, the other lists stand in. Empty only when no list has anybody.
 */
export function recipientsOf(warned: Warned, lists: RecipientLists): Recipient[] {
  const owners = ownersOf(warned);
  const chosen = unique([
    ...owners,
    ...(owners.length === 0 ? listed(lists.fallback, 'nobodyElse') : []),
    ...(warned.stage <= FALLBACK_FROM_DAYS ? listed(lists.fallback, 'withinAWeek') : []),
    ...(warned.stage <= ESCALATION_FROM_DAYS ? listed(lists.escalation, 'withinADay') : []),
  ]);
  return chosen.length > 0 ? chosen : standIns(lists);
}

/** True for what can stand alone in a To header. Anything else in a directory's `mail` is not an address to us. */
export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && ADDRESS.test(text);
}

const FALLBACK_FROM_DAYS = 7;
const ESCALATION_FROM_DAYS = 1;
/** RFC 5321 §4.5.3.1: 64 for the local part, 255 for the domain. */
const MAX_ADDRESS = 320;
const ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u;

/** What owning means, by who holds it; an application where it says nothing else. */
const OWNER_REASONS: Partial<Record<string, Reason>> = {
  servicePrincipal: 'ownsEnterpriseApplication',
  manual: 'namedOnItem',
};

function ownersOf({ owners, holder }: Warned): Recipient[] {
  const reason = OWNER_REASONS[holder.type] ?? 'ownsApplication';
  return owners
    .filter((owner) => owner.accountEnabled !== false)
    .flatMap(({ address }) =>
      address !== null && isAddress(address)
        ? [{ address, audience: 'owner' as const, reason }]
        : [],
    );
}

function standIns(lists: RecipientLists): Recipient[] {
  const list = [lists.fallback, lists.escalation, lists.operations].find((one) => one.length > 0);
  return unique(listed(list ?? [], 'nobodyElse'));
}

function listed(addresses: readonly string[], reason: Reason): Recipient[] {
  return addresses.map((address) => ({ address, audience: 'list', reason }));
}

function unique(recipients: Recipient[]): Recipient[] {
  const seen = new Set<string>();
  return recipients.filter(({ address }) => {
    const key = address.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}
