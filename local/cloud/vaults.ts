import { randomUUID } from 'node:crypto';

/** Key Vault's attributes of an object; instants in Unix seconds ("About keys, secrets, and certificates"). */
export interface VaultAttributes {
  enabled: boolean;
  created: number;
  updated: number;
  nbf?: number;
  exp?: number;
  recoveryLevel: string;
  recoverableDays: number;
}

export interface SecretVersion {
  version: string;
  value: string;
  contentType: string | undefined;
  tags: Record<string, string> | undefined;
  attributes: VaultAttributes;
}

/** A secret of a vault: at least one version, the last one is the current. */
export interface VaultSecret {
  /** As it was first written; names compare without case. */
  name: string;
  versions: SecretVersion[];
  /** Unix seconds of its deletion, null while it lives. */
  deletedAt: number | null;
}

/** What a caller may set on a version. */
export interface SecretChange {
  contentType?: string | undefined;
  tags?: Record<string, string> | undefined;
  enabled?: boolean | undefined;
  nbf?: number | undefined;
  exp?: number | undefined;
}

export interface Vaults {
  find(vault: string, name: string): VaultSecret | undefined;
  /** All secrets of a vault, deleted ones too, by name. */
  list(vault: string): VaultSecret[];
  /** Adds a version; the caller has made sure that the name is not a deleted secret's. */
  add(place: { vault: string; name: string }, value: string, change: SecretChange): VaultSecret;
  /** Puts a secret there as it is, versions and their ids included; the caller has made sure that the name is free. */
  restore(vault: string, secret: VaultSecret): void;
  change(version: SecretVersion, change: SecretChange): void;
  remove(secret: VaultSecret): void;
  recover(secret: VaultSecret): void;
  purge(vault: string, name: string): void;
  names(): string[];
}

/** Soft-delete retention of the emulated vaults, in days. */
export const RECOVERABLE_DAYS = 90;

/** Vaults that exist as soon as they are written to. */
export function createVaults(now: () => Date): Vaults {
  const vaults = new Map<string, Map<string, VaultSecret>>();
  const seconds = () => Math.floor(now().getTime() / 1000);
  return {
    find: (vault, name) => vaults.get(vault)?.get(name.toLowerCase()),
    list: (vault) =>
      [...(vaults.get(vault)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    add({ vault, name }, value, change) {
      const secrets = vaults.get(vault) ?? new Map<string, VaultSecret>();
      vaults.set(vault, secrets);
      const key = name.toLowerCase();
      const secret = secrets.get(key) ?? { name, versions: [], deletedAt: null };
      secrets.set(key, secret);
      const version = newVersion(value, seconds());
      apply(version, change);
      secret.versions.push(version);
      return secret;
    },
    restore(vault, secret) {
      const secrets = vaults.get(vault) ?? new Map<string, VaultSecret>();
      vaults.set(vault, secrets);
      secrets.set(secret.name.toLowerCase(), secret);
    },
    change(version, change) {
      apply(version, change);
      version.attributes.updated = seconds();
    },
    remove: (secret) => {
      secret.deletedAt = seconds();
    },
    recover: (secret) => {
      secret.deletedAt = null;
    },
    purge: (vault, name) => {
      vaults.get(vault)?.delete(name.toLowerCase());
    },
    names: () => [...vaults.keys()].sort(),
  };
}

function newVersion(value: string, now: number): SecretVersion {
  return {
    version: randomUUID().replaceAll('-', ''),
    value,
    contentType: undefined,
    tags: undefined,
    attributes: {
      enabled: true,
      created: now,
      updated: now,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: RECOVERABLE_DAYS,
    },
  };
}

/** Members that are absent leave what was there ("Update Secret": attributes that are not specified stay). */
function apply(version: SecretVersion, change: SecretChange): void {
  if (change.contentType !== undefined) version.contentType = change.contentType;
  if (change.tags !== undefined) version.tags = change.tags;
  if (change.enabled !== undefined) version.attributes.enabled = change.enabled;
  if (change.nbf !== undefined) version.attributes.nbf = change.nbf;
  if (change.exp !== undefined) version.attributes.exp = change.exp;
}
