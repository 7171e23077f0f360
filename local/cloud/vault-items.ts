import { randomUUID } from 'node:crypto';
import type { VaultAttributes } from './vaults.ts';

/** Microsoft Learn, "Certificate operations" and "Key operations": what both have in their lists. */
export type VaultItemKind = 'certificates' | 'keys';

export interface VaultItemVersion {
  version: string;
  /** Certificates only: base64url of the SHA-1, as `x5t` carries it. */
  x5t: string | undefined;
  tags: Record<string, string> | undefined;
  attributes: VaultAttributes;
}

/** A certificate or key: at least one version, the last one is the current. */
export interface VaultItem {
  name: string;
  versions: VaultItemVersion[];
}

interface NewVersion {
  created?: Date;
  notBefore?: Date;
  expires?: Date;
  enabled?: boolean;
  /** Hexadecimal SHA-1 of the certificate. */
  thumbprint?: string;
  tags?: Record<string, string>;
}

interface Place {
  vault: string;
  kind: VaultItemKind;
}

export interface VaultItems {
  /** By name. */
  list(place: Place): VaultItem[];
  find(place: Place, name: string): VaultItem | undefined;
  add(place: Place, name: string, version: NewVersion): VaultItem;
  /** Forgets every certificate and key of a vault. */
  clear(vault: string): void;
}

/** Certificates and keys of vaults, which exist as soon as something is put into them. */
export function createVaultItems(now: () => Date): VaultItems {
  const vaults = new Map<string, Map<string, VaultItem>>();
  const itemsOf = ({ vault, kind }: Place) => vaults.get(`${vault}/${kind}`);
  return {
    list: (place) =>
      [...(itemsOf(place)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (place, name) => itemsOf(place)?.get(name.toLowerCase()),
    add(place, name, version) {
      const items = itemsOf(place) ?? new Map<string, VaultItem>();
      vaults.set(`${place.vault}/${place.kind}`, items);
      const item = items.get(name.toLowerCase()) ?? { name, versions: [] };
      items.set(name.toLowerCase(), item);
      item.versions.push(versionOf(version, now()));
      return item;
    },
    clear(vault) {
      vaults.delete(`${vault}/certificates`);
      vaults.delete(`${vault}/keys`);
    },
  };
}

function versionOf(version: NewVersion, now: Date): VaultItemVersion {
  const created = seconds(version.created ?? now);
  const { notBefore, expires, thumbprint, tags, enabled = true } = version;
  return {
    version: randomUUID().replaceAll('-', ''),
    x5t:
      thumbprint === undefined ? undefined : Buffer.from(thumbprint, 'hex').toString('base64url'),
    tags,
    attributes: {
      enabled,
      created,
      updated: created,
      ...(notBefore === undefined ? {} : { nbf: seconds(notBefore) }),
      ...(expires === undefined ? {} : { exp: seconds(expires) }),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
