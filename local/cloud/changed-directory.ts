import { arrayList, type Directory, type GraphObject, type ObjectList } from './directory.ts';
import { nextVersion } from './build-directory.ts';

type HolderList = 'applications' | 'servicePrincipals';

/** The directory with one object more, or in the place of the one with its id. */
export function withObject(
  directory: Directory,
  listName: HolderList,
  object: GraphObject,
): Directory {
  const others = objectsOf(directory[listName]).filter(({ id }) => id !== object.id);
  return changed(directory, listName, [...others, object]);
}

/** The directory without an object. */
export function withoutObject(directory: Directory, listName: HolderList, id: string): Directory {
  const others = objectsOf(directory[listName]).filter((one) => one.id !== id);
  return changed(directory, listName, others);
}

/** The directory in which a person owns an object. */
export function withOwner(directory: Directory, objectId: string, ownerId: string): Directory {
  const ownersOf = (id: string) => directory.ownersOf(id);
  return {
    ...directory,
    ownersOf: (id) => (id === objectId ? [...new Set([...ownersOf(id), ownerId])] : ownersOf(id)),
  };
}

/** The directory in which an application trusts exactly these instead of a secret. */
export function withFederated(
  directory: Directory,
  applicationId: string,
  trusted: GraphObject[],
): Directory {
  const federatedOf = (id: string) => directory.federatedOf(id);
  return {
    ...directory,
    federatedOf: (id) => (id.toLowerCase() === applicationId ? trusted : federatedOf(id)),
  };
}

function changed(directory: Directory, listName: HolderList, objects: GraphObject[]): Directory {
  const version = nextVersion(directory.tenantId);
  return { ...directory, version, [listName]: arrayList(objects) };
}

function objectsOf(list: ObjectList): GraphObject[] {
  return Array.from({ length: list.length }, (_, index) => list.at(index));
}
