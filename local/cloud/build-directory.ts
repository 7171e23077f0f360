import {
  arrayList,
  type Directory,
  type GraphObject,
  type ObjectList,
  type Paging,
  type ServiceAccess,
} from './directory.ts';
import {
  applicationShape,
  federatedShape,
  servicePrincipalShape,
  userShape,
} from './graph-shapes.ts';
import { signInActivityShape } from './sign-in-activity-shape.ts';

/**
 * A tenant as someone writes it down: Graph objects with the members that matter, plus `owners` and `manager` by id,
 * a user's `directoryRoles` by name,
 * and the `access` of users and applications to other services.
 */
export interface TenantDescription {
  tenantId: string;
  displayName: string;
  verifiedDomain: string;
  applications: Record<string, unknown>[];
  servicePrincipals: Record<string, unknown>[];
  users: Record<string, unknown>[];
  signInActivities?: Record<string, unknown>[] | undefined;
  paging?: Paging;
  /** Takes the place of `applications` when it is given. */
  generated?: GeneratedList;
}

/** A list that is made on demand, with the owners of its objects. */
export interface GeneratedList {
  applications: ObjectList;
  ownersOf(objectId: string): string[] | undefined;
}

let built = 0;

/** A version that no directory had before. */
export function nextVersion(tenantId: string): string {
  built += 1;
  return `${tenantId}.${built}`;
}

/** Completes a description to a directory that Graph can list. */
export function buildDirectory(description: TenantDescription): Directory {
  const owners = new Map<string, string[]>();
  const managers = new Map<string, string>();
  const roles = new Map<string, string[]>();
  const secrets = new Map<string, string>();
  const federated = new Map<string, GraphObject[]>();
  const applications = description.applications.map(applicationShape);
  const servicePrincipals = description.servicePrincipals.map(servicePrincipalShape);
  const users = description.users.map(userShape);
  description.applications.forEach((given, index) => {
    rememberHolder(given, applications[index], { owners, secrets, federated });
  });
  description.servicePrincipals.forEach((given, index) => {
    rememberHolder(given, servicePrincipals[index], { owners, secrets, federated });
  });
  description.users.forEach((given, index) => {
    rememberUser(given, users[index], { managers, roles });
  });
  const access = accessById([
    ...pairs(description.applications, applications),
    ...pairs(description.users, users),
  ]);
  const holders = [...description.applications, ...description.servicePrincipals];
  return {
    tenantId: description.tenantId,
    displayName: description.displayName,
    verifiedDomain: description.verifiedDomain,
    version: nextVersion(description.tenantId),
    applications: description.generated?.applications ?? arrayList(applications),
    servicePrincipals: arrayList(servicePrincipals),
    users: arrayList(users),
    signInActivities: arrayList(
      (description.signInActivities ?? []).map((given) => signInActivityShape(given, holders)),
    ),
    paging: description.paging ?? {},
    ownersOf: (id) => owners.get(id.toLowerCase()) ?? description.generated?.ownersOf(id) ?? [],
    federatedOf: (id) => federated.get(id.toLowerCase()) ?? [],
    accessOf: (id) => access.get(id.toLowerCase()) ?? {},
    rolesOf: (id) => roles.get(id.toLowerCase()) ?? [],
    managerOf: (id) => managers.get(id.toLowerCase()),
    secretOf: (keyId) => secrets.get(keyId),
  };
}

interface Known {
  owners: Map<string, string[]>;
  secrets: Map<string, string>;
  federated: Map<string, GraphObject[]>;
}

/** Keeps what Graph does not put into the object itself: who owns it, whom it trusts, and the values of its secrets. */
function rememberHolder(
  given: Record<string, unknown>,
  object: Record<string, unknown> | undefined,
  known: Known,
): void {
  if (object === undefined) return;
  const ids = given['owners'];
  if (Array.isArray(ids)) known.owners.set(String(object['id']).toLowerCase(), ids.map(String));
  const federated = given['federatedIdentityCredentials'];
  if (Array.isArray(federated)) {
    const credentials = federated.map(federatedShape);
    known.federated.set(String(object['id']).toLowerCase(), credentials);
  }
  const givenSecrets = given['passwordCredentials'];
  const listed = object['passwordCredentials'];
  if (!Array.isArray(givenSecrets) || !Array.isArray(listed)) return;
  givenSecrets.forEach((secret: Record<string, unknown>, index) => {
    const entry = listed[index] as Record<string, unknown> | undefined;
    const value = secret['secretText'];
    if (typeof value === 'string' && entry !== undefined) {
      known.secrets.set(String(entry['keyId']), value);
    }
  });
}

type Described = [given: Record<string, unknown>, object: GraphObject];

function pairs(given: Record<string, unknown>[], objects: GraphObject[]): Described[] {
  return objects.map((object, index) => [given[index] ?? {}, object]);
}

/** What the other services say of who the directory lists. */
function accessById(described: Described[]): Map<string, ServiceAccess> {
  const known = new Map<string, ServiceAccess>();
  for (const [given, object] of described) {
    const access = given['access'];
    if (typeof access === 'object' && access !== null) known.set(object.id.toLowerCase(), access);
  }
  return known;
}

/** Keeps what Graph does not put into a user: the manager, and the roles. */
function rememberUser(
  given: Record<string, unknown>,
  user: GraphObject | undefined,
  known: { managers: Map<string, string>; roles: Map<string, string[]> },
): void {
  if (user === undefined) return;
  const manager = managerId(given['manager']);
  if (manager !== undefined) known.managers.set(user.id.toLowerCase(), manager);
  const roles = given['directoryRoles'];
  if (Array.isArray(roles)) known.roles.set(user.id.toLowerCase(), roles.map(String));
}

function managerId(manager: unknown): string | undefined {
  if (typeof manager === 'string') return manager;
  if (typeof manager === 'object' && manager !== null && 'id' in manager) return String(manager.id);
  return undefined;
}
