import type { Caller } from './access-tokens.ts';
import { insufficientPrivileges } from './graph-error.ts';
import type { GraphContext } from './graph.ts';
import { microsoftGraph } from './seed-apis.ts';

/** What Graph is asked to do, for its pages' tables of permissions. */
export type Right = 'readApplications' | 'writeApplications' | 'assignRoles' | 'grantScopes';

interface Rule {
  /** Any one of these, for a program. */
  roles: string[];
  /** Any one of these, for a program in the name of a person. */
  scopes: string[];
  /** And one of these directory roles of the person; null: any member will do. */
  directoryRoles: string[] | null;
}

const APPLICATION_ADMINISTRATORS = [
  'Global Administrator',
  'Application Administrator',
  'Cloud Application Administrator',
];

/**
 * Microsoft Learn: "List applications", "Create application", "Grant an appRoleAssignment for a service principal",
 * "Create oAuth2PermissionGrant" (Permissions); "Least privileged roles by task" (Enterprise applications). Members may
 * read the directory unless an administrator took that away.
 */
const rules: Record<Right, Rule> = {
  readApplications: {
    roles: ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.Read.All'],
    scopes: ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.AccessAsUser.All'],
    directoryRoles: null,
  },
  writeApplications: {
    roles: ['Application.ReadWrite.All'],
    scopes: ['Application.ReadWrite.All', 'Directory.AccessAsUser.All'],
    directoryRoles: APPLICATION_ADMINISTRATORS,
  },
  assignRoles: {
    roles: ['AppRoleAssignment.ReadWrite.All'],
    scopes: ['AppRoleAssignment.ReadWrite.All', 'Directory.AccessAsUser.All'],
    directoryRoles: [...APPLICATION_ADMINISTRATORS, 'Privileged Role Administrator'],
  },
  grantScopes: {
    roles: ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'],
    scopes: ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.AccessAsUser.All'],
    directoryRoles: [...APPLICATION_ADMINISTRATORS, 'Privileged Role Administrator'],
  },
};

/** Throws GraphFault 403 where the caller, or the person behind it, may not. */
export function requireRight(c: GraphContext, right: Right): void {
  const rule = rules[right];
  const caller = c.get('caller');
  const isAllowed = isDelegated(caller)
    ? caller.scopes.some((scope) => rule.scopes.includes(scope)) && hasRole(c, rule.directoryRoles)
    : caller.roles.some((role) => rule.roles.includes(role));
  if (!isAllowed) throw insufficientPrivileges();
}

/** Application permissions of Microsoft Graph are given by two roles alone ("Least privileged roles by task"). */
export function requireConsentTo(c: GraphContext, resourceAppId: string): void {
  requireRight(c, 'assignRoles');
  const isGraph = resourceAppId === microsoftGraph.resourceAppId;
  if (!isGraph || !isDelegated(c.get('caller'))) return;
  if (!hasRole(c, ['Global Administrator', 'Privileged Role Administrator'])) {
    throw insufficientPrivileges();
  }
}

function isDelegated({ scopes }: Caller): boolean {
  return scopes.length > 0;
}

function hasRole(c: GraphContext, wanted: string[] | null): boolean {
  if (wanted === null) return true;
  const held = c.get('directory').rolesOf(c.get('caller').objectId);
  return held.some((role) => wanted.includes(role));
}
