import type { Owner, RelatedPerson } from '../credentials/directory-object.ts';
import type { OwnedObject, OwnerLookup, OwnersRead } from '../credentials/owner-lookup.ts';
import type { Assessed } from '../expiry/assess.ts';
import { isDue, type HolderNotes } from './holder-notes.ts';
import { namedPeople } from './named-people.ts';
import type { Walk, WalkedCredential } from './walk.ts';

/** Who has to do with a credential: those who own its holder, and those who stand beside or in for them. */
interface People {
  /** Null where they could not be read. */
  owners: Owner[] | null;
  related: RelatedPerson[];
}

export interface PeopleRead {
  peopleOf(found: WalkedCredential): People;
  /** What was asked for; null when nobody needs to be told. */
  read: OwnersRead | null;
}

export interface PeopleDeps {
  lookup: OwnerLookup;
  /** The tenant that is read. */
  tenantId: string;
  /** Domains of addresses that an owner may name (security rule 24). */
  domains: readonly string[];
  /** Of which credentials the people are asked for; those that are due unless told otherwise. */
  needsPeople?: (credential: Assessed) => boolean;
}

/**
 * Looks up the people around what is due, in two rounds of batches: owners of both halves of an application (the
 * registration and the enterprise application), then owners of programs that own one, and managers of owners whose
 * account is disabled. One hop and no further, each object once, so a cycle of owners ends. Throws what the lookup
 * throws.
 */
export async function readPeople(
  { lookup, tenantId, domains, needsPeople = isDue }: PeopleDeps,
  { findings, holders }: Pick<Walk, 'findings' | 'holders'>,
): Promise<PeopleRead> {
  const halfOf = otherHalves(findings, holders, tenantId);
  const due = findings.filter(needsPeople);
  const first = await ask(lookup, [
    ...due.flatMap((found) => (found.owners === null ? (ownedOf(found) ?? []) : [])),
    ...due.flatMap((found) => halfOf(found) ?? []),
  ]);
  const owners = [...(first?.owners.values() ?? [])].flat();
  const asked = new Set(first?.owners.keys());
  const second = await ask(
    lookup,
    owners.flatMap((owner) => standInOf(owner) ?? []).filter((one) => !asked.has(one.objectId)),
  );
  const all = new Map([...(first?.owners ?? []), ...(second?.owners ?? [])]);
  return {
    read: merged(first, second),
    peopleOf: (found) => {
      const half = halfOf(found);
      const own = found.owners ?? all.get(found.holder.objectId ?? '') ?? null;
      const beside = half === null ? [] : (all.get(half.objectId) ?? []);
      const notified = holders.enterprise.get(found.holder.objectId ?? '');
      return {
        owners: own,
        related: [
          ...beside.map((owner) => related(owner, 'ownsOtherHalf')),
          ...namedPeople(found, notified?.notificationEmailAddresses ?? [], domains),
          ...standInsOf([...(own ?? []), ...beside], all),
        ].slice(0, MAX_RELATED),
      };
    },
  };
}

/** More than that is no help to anybody, and a stored row has an end. */
const MAX_RELATED = 100;

async function ask(lookup: OwnerLookup, asked: OwnedObject[]): Promise<OwnersRead | null> {
  return asked.length === 0 ? null : lookup.ownersOf(asked);
}

function ownedOf({ holder: { type, objectId } }: WalkedCredential): OwnedObject | null {
  if (objectId === null) return null;
  return type === 'application' || type === 'servicePrincipal' ? { type, objectId } : null;
}

/**
 * Where the other half of a finding's holder is: of an application the servicePrincipal that the walk met, of a
 * servicePrincipal the application, which is in this tenant only when the servicePrincipal says so.
 */
function otherHalves(
  findings: readonly WalkedCredential[],
  { servicePrincipals, enterprise }: HolderNotes,
  tenantId: string,
): (found: WalkedCredential) => OwnedObject | null {
  const applications = new Map(
    findings.flatMap(({ holder: { type, appId, objectId } }) =>
      type === 'application' && appId !== null && objectId !== null
        ? [[appId.toLowerCase(), objectId] as const]
        : [],
    ),
  );
  return ({ holder: { type, appId, objectId } }) => {
    if (appId === null || objectId === null) return null;
    if (type === 'application') {
      const half = servicePrincipals.get(appId.toLowerCase());
      return half === undefined ? null : { type: 'servicePrincipal', objectId: half };
    }
    const home = enterprise.get(objectId)?.appOwnerOrganizationId;
    if (home?.toLowerCase() !== tenantId.toLowerCase()) return null;
    const half = applications.get(appId.toLowerCase());
    return half === undefined
      ? { type: 'appId', objectId: appId }
      : { type: 'application', objectId: half };
  };
}

/** Whom to ask instead of an owner whom no mail can reach. */
function standInOf({ id, type, accountEnabled }: Owner): OwnedObject | null {
  if (id === null) return null;
  if (type === 'servicePrincipal') return { type, objectId: id };
  return type === 'user' && accountEnabled === false ? { type, objectId: id } : null;
}

function standInsOf(
  owners: readonly Owner[],
  all: ReadonlyMap<string, readonly Owner[]>,
): RelatedPerson[] {
  const behind = (type: OwnedObject['type'], relation: RelatedPerson['relation']) =>
    owners
      .map(standInOf)
      .filter((one) => one?.type === type)
      .flatMap((one) => (one === null ? [] : (all.get(one.objectId) ?? [])))
      .map((person) => related(person, relation));
  return [...behind('servicePrincipal', 'ownsOwner'), ...behind('user', 'managesOwner')];
}

function related(person: Owner, relation: RelatedPerson['relation']): RelatedPerson {
  return { ...person, relation, refused: null };
}

function merged(first: OwnersRead | null, second: OwnersRead | null): OwnersRead | null {
  if (first === null || second === null) return first;
  return {
    owners: first.owners,
    incomplete: [...first.incomplete, ...second.incomplete],
    notes: [...new Set([...first.notes, ...second.notes])],
  };
}
