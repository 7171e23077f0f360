/** One object of the directory with the members that Microsoft Graph v1.0 gives it. */
export type GraphObject = Record<string, unknown> & { id: string };

/** A list of directory objects that need not all exist at once: a generated tenant makes each when it is asked for. */
export interface ObjectList {
  readonly length: number;
  /** The object at a position from 0 to length - 1. */
  at(index: number): GraphObject;
  /** The position of an id, ignoring case, or -1. */
  indexOf(id: string): number;
  /** The position of an appId, ignoring case, or -1. */
  indexOfAppId(appId: string): number;
}

/** How the lists of a tenant are cut into pages (design §9, `PUT /_control/tenant`). */
export interface Paging {
  /** Items on a page at most, whatever `$top` asks. */
  size?: number | undefined;
  /** Pages (from 1; 0 = before the first) after which an empty page follows, if more is to come. */
  emptyAfter?: number[] | undefined;
  /** Ids that are served once more than once. */
  repeat?: string[] | undefined;
}

/** What someone may do in the services beside the directory, as those services keep it. */
export interface ServiceAccess {
  /** For an application: its card in "Microsoft Entra applications". Without one a person may all, an application nothing. */
  businessCentral?: 'full' | 'noPermissions' | 'none' | undefined;
  /** `none`: not a user of the organization. */
  dataverse?: 'full' | 'none' | undefined;
}

/** A tenant's directory. Replaced as a whole, never changed in place. */
export interface Directory {
  tenantId: string;
  displayName: string;
  verifiedDomain: string;
  /** Changes with each replacement, so that page tokens of an older directory end. */
  version: string;
  applications: ObjectList;
  servicePrincipals: ObjectList;
  users: ObjectList;
  /** Rows of the report of when credentials were last used. */
  signInActivities: ObjectList;
  paging: Paging;
  /** Ids of the owners of an application or servicePrincipal; may name objects that are gone. */
  ownersOf(objectId: string): string[];
  /** Whom an application trusts instead of a secret. */
  federatedOf(objectId: string): GraphObject[];
  /** Names of the administrator roles that a user holds. */
  rolesOf(userId: string): string[];
  /** By the id of a user or application; empty where nothing was said. */
  accessOf(objectId: string): ServiceAccess;
  managerOf(userId: string): string | undefined;
  /** The value behind a passwordCredential; known only where the seed or the control gave it. */
  secretOf(keyId: string): string | undefined;
}

/** A list over an array; look-ups are indexed on first use. */
export function arrayList(objects: GraphObject[]): ObjectList {
  let ids: Map<string, number> | undefined;
  let appIds: Map<string, number> | undefined;
  const indexBy = (member: string) =>
    new Map(objects.map((object, index) => [String(object[member]).toLowerCase(), index]));
  return {
    length: objects.length,
    at(index) {
      const object = objects[index];
      if (object === undefined) throw new RangeError(`no object at ${index}`);
      return object;
    },
    indexOf: (id) => (ids ??= indexBy('id')).get(id.toLowerCase()) ?? -1,
    indexOfAppId: (appId) => (appIds ??= indexBy('appId')).get(appId.toLowerCase()) ?? -1,
  };
}

/** The object with an id, or undefined. */
export function findById(list: ObjectList, id: string): GraphObject | undefined {
  const index = list.indexOf(id);
  return index < 0 ? undefined : list.at(index);
}

/** The object with an appId, or undefined. */
export function findByAppId(list: ObjectList, appId: string): GraphObject | undefined {
  const index = list.indexOfAppId(appId);
  return index < 0 ? undefined : list.at(index);
}

/** A text member of an object; empty where it has none. */
export function textMember(object: GraphObject, member: string): string {
  const value = object[member];
  return typeof value === 'string' ? value : '';
}
