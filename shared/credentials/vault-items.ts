import type { Credential, CredentialType, Holder } from './credential.ts';
import type { HeldCredential } from './held-credential.ts';

/** The newest version of one item of a vault, as its lists tell it: never a value. */
export interface VaultItem {
  name: string;
  enabled: boolean;
  /** Made by Key Vault for a certificate, which has the same name. */
  managed: boolean;
  startsAt: Date | null;
  expiresAt: Date | null;
  /** Upper-case hexadecimal SHA-1; certificates only. */
  thumbprint: string | null;
  tags: Readonly<Record<string, string>>;
}

/** Key Vault's three lists, in the words of its addresses: `https://{vault}/secrets/{name}`. */
export type VaultListName = 'certificates' | 'secrets' | 'keys';

/** What was read of a vault; null for a list that was not read to its end. */
export type VaultLists = Record<VaultListName, VaultItem[] | null>;

const TYPES: Record<VaultListName, CredentialType> = {
  certificates: 'keyVaultCertificate',
  secrets: 'keyVaultSecret',
  keys: 'keyVaultKey',
};

/**
 * What one list of a vault adds. Disabled items are left out: nothing can read them, so nothing stops. The secret and
 * the key that Key Vault keeps for a certificate are that certificate, not three things that end; where the
 * certificates could not be read, they stand in for it. A list holds newest versions only, so no superseded one.
 */
export function heldItems(host: string, list: VaultListName, lists: VaultLists): HeldCredential[] {
  return (lists[list] ?? []).flatMap((item) => {
    if (!item.enabled) return [];
    const type = typeOf(item, list, lists.certificates);
    return type === null ? [] : [heldItem(host, type, { item, list })];
  });
}

/** Null for what its certificate stands for. */
function typeOf(
  item: VaultItem,
  list: VaultListName,
  certificates: VaultItem[] | null,
): CredentialType | null {
  if (!item.managed || list === 'certificates') return TYPES[list];
  if (certificates === null) return 'keyVaultCertificate';
  const name = item.name.toLowerCase();
  const isBacking = certificates.some((certificate) => certificate.name.toLowerCase() === name);
  return isBacking ? null : TYPES[list];
}

function heldItem(
  host: string,
  type: CredentialType,
  { item, list }: { item: VaultItem; list: VaultListName },
): HeldCredential {
  const [vaultName = host] = host.split('.', 1);
  const holder: Holder = { type: 'vault', objectId: host, appId: null, displayName: vaultName };
  const { name, thumbprint, startsAt, expiresAt, tags } = item;
  const credential: Credential = {
    id: idOf(host, type, item),
    type,
    keyId: `${list}/${name}`,
    name,
    hint: null,
    thumbprint,
    startsAt,
    expiresAt,
    holder,
    selfRenewing: null,
    isActive: null,
  };
  return {
    credential,
    owners: null,
    likelyConsumers: [],
    tags: Object.entries(tags).map(([name, value]) => `${name}=${value}`),
    steps: [],
  };
}

/** Names of vaults and items compare without case, and hold letters, digits and hyphens only. */
function idOf(host: string, type: CredentialType, { name, expiresAt }: VaultItem): string {
  const end = expiresAt === null ? 'noEnd' : expiresAt.toISOString().replaceAll(/[:.-]/g, '');
  return `vault:${host}:${type}:${encodeURIComponent(name.toLowerCase())}:${end}`;
}
