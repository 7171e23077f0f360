import type { Directory } from './directory.ts';
import { createEntraState, type EntraState } from './entra-state.ts';
import { createFaults, type Faults } from './faults.ts';
import type { RoleAssignment, ScopeGrant } from './graph-grants.ts';
import type { IdentityName } from './installation.ts';
import type { CloudName } from './national-clouds.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { createVaultItems, type VaultItems } from './vault-items.ts';
import { createVaults, type Vaults } from './vaults.ts';

/** A mail that was handed over for delivery, as `GET /_control/mail` shows it (design §9). */
export interface Mail {
  at: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  text: string;
  html: string;
  attachments: { name: string; type: string; text: string }[];
  headers: Record<string, string>;
}

/** A card or webhook call that arrived. */
interface Delivery {
  at: string;
  url: string;
  body: unknown;
}

/** Everything that the emulators know and that the controls show or change. */
export interface World {
  now(): Date;
  homeTenantId: string;
  /** The cloud that the installation lives in; the hosts of all of them are answered for. */
  cloudName: CloudName;
  directories: Map<string, Directory>;
  /** The home tenant as it was at first. */
  seeded: Directory;
  /** What the managed identities hold on Graph; takes effect at once, unlike in Entra, where tokens outlive a change. */
  permissions: Map<IdentityName, string[]>;
  /** App roles beside those that the identities hold on Graph. */
  assignments: RoleAssignment[];
  /** What administrators agreed to for everybody, as the directory lists it. */
  scopeGrants: ScopeGrant[];
  /** Ids of registrations that were deleted and not purged. */
  deletedItems: Set<string>;
  /** Mailboxes from which an identity may send by a role of Exchange, whatever Graph's permissions say. */
  mailboxes: Map<IdentityName, string[]>;
  /** Azure roles of the identities on every vault. */
  vaultRoles: Map<IdentityName, string[]>;
  /** Codes, refresh tokens and consents. */
  entra: EntraState;
  faults: Faults;
  requests: RequestLog;
  mail: Mail[];
  cards: Delivery[];
  /** With what a Standard Webhooks signature is made of: its headers and the body as it came. */
  webhooks: (Delivery & { headers: Record<string, string>; rawBody: string })[];
  vaults: Vaults;
  /** Their certificates and keys. */
  vaultItems: VaultItems;
  /** Graph's rule for collections with keyCredentials in `$select`; null switches it off. */
  keyCredentialsPerMinute: number | null;
}

/** A world with one directory and nothing in its mailboxes. */
export function createWorld(options: {
  now: () => Date;
  directory: Directory;
  keyCredentialsPerMinute: number | null;
  cloudName: CloudName;
}): World {
  const { now, directory, keyCredentialsPerMinute, cloudName } = options;
  return {
    now,
    homeTenantId: directory.tenantId,
    cloudName,
    directories: new Map([[directory.tenantId, directory]]),
    seeded: directory,
    permissions: new Map<IdentityName, string[]>([
      [
        'monitor',
        [
          'Application.Read.All',
          'User.Read.All',
          'Organization.Read.All',
          'AuditLog.Read.All',
          'Mail.Send',
        ],
      ],
      ['broker', []],
    ]),
    assignments: [],
    scopeGrants: [],
    deletedItems: new Set(),
    mailboxes: new Map(),
    vaultRoles: new Map<IdentityName, string[]>([
      ['monitor', ['Key Vault Reader']],
      ['broker', ['Key Vault Secrets Officer']],
    ]),
    entra: createEntraState(),
    faults: createFaults(),
    requests: createRequestLog(),
    mail: [],
    cards: [],
    webhooks: [],
    vaults: createVaults(now),
    vaultItems: createVaultItems(now),
    keyCredentialsPerMinute,
  };
}
