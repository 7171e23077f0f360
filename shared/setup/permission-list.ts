import type { Settings } from '../settings.ts';

/** Something that one of Keyturn's identities is allowed, and what for. */
export interface Permission {
  /** As Microsoft spells it: an application permission, or a role. */
  name: string;
  identity: 'monitor' | 'broker';
  on: 'Microsoft Graph' | 'Exchange Online' | 'watched key vaults' | "Keyturn's key vault";
  /** Who can give it: the sheets of `keyturn setup`. */
  givenBy: 'azure' | 'entra' | 'exchange';
  /** What Keyturn does with it. */
  why: string;
  /** What stops without it, in the words of docs/permissions.md. */
  stops: string;
}

/**
 * Every permission that Keyturn can use, and no other. Least privileged by Microsoft Learn's pages of each call: "List
 * applications", "List users", "List manager", "List organization", "List appCredentialSignInActivities", "Role Based
 * Access Control for Applications in Exchange Online", "Azure built-in roles for Security".
 */
export const permissions = {
  applications: {
    name: 'Application.Read.All',
    identity: 'monitor',
    on: 'Microsoft Graph',
    givenBy: 'entra',
    why: 'Reads applications, enterprise applications and their owners: which secrets and certificates end, and whose they are. Values cannot be read by anybody.',
    stops: 'checks; mail to owners; managers of owners who left; proof by sign-ins',
  },
  people: {
    name: 'User.ReadBasic.All',
    identity: 'monitor',
    on: 'Microsoft Graph',
    givenBy: 'entra',
    why: 'Reads names and mail addresses of owners, so that the right person is told. Not needed beside User.Read.All.',
    stops: 'mail to owners',
  },
  everybody: {
    name: 'User.Read.All',
    identity: 'monitor',
    on: 'Microsoft Graph',
    givenBy: 'entra',
    why: 'Sees that an owner was disabled, and who the manager is, so that no warning goes to somebody who left.',
    stops: 'managers of owners who left',
  },
  organization: {
    name: 'Organization.Read.All',
    identity: 'monitor',
    on: 'Microsoft Graph',
    givenBy: 'entra',
    why: "Reads the organization's name for subjects, and its verified domains, to which addresses in notes and tags are held.",
    stops: 'name of the organization',
  },
  signIns: {
    name: 'AuditLog.Read.All',
    identity: 'monitor',
    on: 'Microsoft Graph',
    givenBy: 'entra',
    why: 'Reads when a secret was last used, as proof that its replacement is in use. Only with KEYTURN_SIGN_IN_ACTIVITY=on.',
    stops: 'proof by sign-ins',
  },
  mail: {
    name: 'Application Mail.Send',
    identity: 'monitor',
    on: 'Exchange Online',
    givenBy: 'exchange',
    why: 'Sends from the one mailbox of KEYTURN_MAIL_FROM. A role of Exchange, not the permission Mail.Send of Microsoft Graph, which would allow every mailbox.',
    stops: 'mail',
  },
  watchedVaults: {
    name: 'Key Vault Reader',
    identity: 'monitor',
    on: 'watched key vaults',
    givenBy: 'azure',
    why: 'Reads names and dates of secrets, certificates and keys in the vaults of KEYTURN_WATCHED_VAULTS. The role shows no value.',
    stops: 'watched key vaults',
  },
  ownVault: {
    name: 'Key Vault Secrets Officer',
    identity: 'broker',
    on: "Keyturn's key vault",
    givenBy: 'azure',
    why: 'Keeps secrets and sign-ins of connections, and the key that seals what instances share.',
    stops: 'connections',
  },
} as const satisfies Record<string, Permission>;

export type PermissionId = keyof typeof permissions;

/** Which of them an installation with these settings uses. */
export function permissionsOf({
  mail,
  checks,
  cloud,
  watchedVaults,
  broker,
}: Pick<Settings, 'mail' | 'checks' | 'cloud' | 'watchedVaults' | 'broker'>): PermissionId[] {
  const used: Record<PermissionId, boolean> = {
    applications: true,
    people: true,
    everybody: true,
    organization: true,
    // Microsoft Learn: the report is there in the global cloud alone.
    signIns: checks.signInActivity && cloud.name === 'public',
    mail: mail.transport === 'graph',
    watchedVaults: watchedVaults.length > 0,
    ownVault: broker !== null,
  };
  return permissionIds().filter((id) => used[id]);
}

function permissionIds(): PermissionId[] {
  return Object.keys(permissions) as PermissionId[];
}
