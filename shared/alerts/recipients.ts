import type { Owner, RelatedPerson } from '../credentials/directory-object.ts';
import { addressesIn } from '../credentials/owner-address.ts';
import { placesHolding } from '../credentials/recorded-consumers.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import type { Reason } from './reasons.ts';
import { skippedBecause, type SkippedPerson } from './skipped.ts';

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
  related?: readonly RelatedPerson[];
  /** The holder's other credentials, by which one its consumers are known to hold. */
  otherKeyIds?: readonly string[];
  consumers?: readonly RecordedConsumer[];
}

export interface Recipient {
  /** As the directory or the operator wrote it. */
  address: string;
  /** Owners and others around an application get a mail per tenant; the lists get one over all tenants. */
  audience: 'owner' | 'list';
  reason: Reason;
}

/** Who is told, and who was thought of and is not, with the reason of each: what an admin asks afterwards. */
export interface WhoIsTold {
  told: Recipient[];
  skipped: SkippedPerson[];
}

/**
 * Who is told about one credential, each once and with the first reason that applies (docs/recipients.md): owners of the
 * application and of its other half, who they name, contacts of those who use it, SAML notification addresses, owners of
 * a program that owns it. When none of these is known to read mail: managers of owners whose account is disabled. When
 * there is still nobody: the fallback list, which is always there from 7 days on, and the escalation list from 1 day on.
 * Where that leaves nobody, the other lists stand in. Empty only when no list has anybody.
 */
export function whoIsTold(warned: Warned, lists: RecipientLists): WhoIsTold {
  const around = peopleAround(warned);
  const managers = people(warned, 'managesOwner');
  const reached = around.some(isSure) ? around : [...around, ...managers];
  const isReached = reached.some(isSure);
  const chosen = unique([
    ...reached.flatMap(recipientOf),
    ...(isReached ? [] : listed(lists.fallback, 'nobodyElse')),
    ...(warned.stage <= FALLBACK_FROM_DAYS ? listed(lists.fallback, 'withinAWeek') : []),
    ...(warned.stage <= ESCALATION_FROM_DAYS ? listed(lists.escalation, 'withinADay') : []),
  ]);
  const standing =
    isReached || lists.fallback.length > 0
      ? []
      : standIns([lists.escalation, lists.operations], 'nobodyElse');
  return {
    told: unique([...chosen, ...standing]),
    skipped: reached.flatMap(skippedOf),
  };
}

/** Who is told in the last day although the owners asked for silence: the fallback list, and no escalation. */
export function toldThoughSilenced({ fallback, operations }: RecipientLists): Recipient[] {
  return unique(standIns([fallback, operations], 'thoughSilenced'));
}

const FALLBACK_FROM_DAYS = 7;
const ESCALATION_FROM_DAYS = 1;

/** What owning means, by who holds it; an application where it says nothing else. */
const OWNER_REASONS: Partial<Record<string, Reason>> = {
  servicePrincipal: 'ownsEnterpriseApplication',
  manual: 'namedOnItem',
  connection: 'namedOnConnection',
};

/** Somebody who is thought of. */
interface Candidate {
  person: Owner & { refused?: RelatedPerson['refused'] };
  reason: Reason;
}

function peopleAround(warned: Warned): Candidate[] {
  const own = OWNER_REASONS[warned.holder.type] ?? 'ownsApplication';
  const other = own === 'ownsApplication' ? 'ownsEnterpriseApplication' : 'ownsApplication';
  return [
    ...warned.owners.map((person): Candidate => ({ person, reason: own })),
    ...people(warned, 'ownsOtherHalf', other),
    ...people(warned, 'namedByOwner'),
    ...contactsOf(warned),
    ...people(warned, 'samlNotification'),
    ...people(warned, 'ownsOwner'),
  ];
}

function people(
  { related = [] }: Warned,
  relation: RelatedPerson['relation'],
  reason: Reason = relation === 'ownsOtherHalf' ? 'ownsApplication' : relation,
): Candidate[] {
  return related
    .filter((person) => person.relation === relation)
    .map((person) => ({ person, reason }));
}

/** Contacts of the places that may hold this very credential. One may be a list, or just a name. */
function contactsOf({ otherKeyIds, consumers = [] }: Warned): Candidate[] {
  return placesHolding({ otherKeyIds, consumers }).flatMap(({ contact }) => {
    if (contact === null) return [];
    const addresses = addressesIn(contact);
    return (addresses.length === 0 ? [null] : addresses).map((address) => ({
      person: {
        id: null,
        type: 'unknown' as const,
        displayName: contact,
        address,
        accountEnabled: null,
      },
      reason: 'consumerContact' as const,
    }));
  });
}

/**
 * Whether a mail to this person is known to arrive. A sign-in name need not be a mailbox, and nobody ever verified a SAML
 * notification address, so these are told and are not enough.
 */
function isSure(candidate: Candidate): boolean {
  const { person, reason } = candidate;
  return (
    skippedBecause(person) === null &&
    person.doubt !== 'signInNameOnly' &&
    reason !== 'samlNotification'
  );
}

function recipientOf({ person, reason }: Candidate): Recipient[] {
  const { address } = person;
  return address === null || skippedBecause(person) !== null
    ? []
    : [{ address, audience: 'owner', reason }];
}

function skippedOf({ person, reason }: Candidate): SkippedPerson[] {
  const because = skippedBecause(person);
  const who = person.displayName ?? person.address ?? person.id ?? 'somebody';
  return because === null ? [] : [{ who, reason, because }];
}

function standIns(lists: readonly (readonly string[])[], reason: Reason): Recipient[] {
  return listed(lists.find((one) => one.length > 0) ?? [], reason);
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
