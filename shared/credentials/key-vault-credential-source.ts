import type { TokenCredential } from '@azure/identity';
import { CertificateClient, type CertificateProperties } from '@azure/keyvault-certificates';
import { KeyClient, type KeyProperties } from '@azure/keyvault-keys';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import { mapLimited } from '../map-limited.ts';
import type { CredentialSource, SourceEvent } from './credential-source.ts';
import {
  keyVaultClientOptions,
  type KeyVaultClientOptions,
  type KeyVaultDeps,
} from './key-vault-client-options.ts';
import { keyVaultFailure, type VaultFailure } from './key-vault-failure.ts';
import { heldItems, type VaultItem, type VaultListName, type VaultLists } from './vault-items.ts';

/** Vaults that are read at once; of one vault, one list after the other. */
const AT_ONCE = 4;
/** The certificates come first: whether a managed secret is one of them decides what it is. */
const LIST_NAMES: readonly VaultListName[] = ['certificates', 'secrets', 'keys'];

/**
 * The secrets, certificates and keys of vaults by what their lists tell: names, dates, tags, thumbprints. No value is
 * ever asked for, and the role that this takes (Key Vault Reader) shows none. A vault that cannot be read leaves its
 * own lists incomplete, with what to do, and the others are read all the same.
 */
export function keyVaultCredentialSource(deps: KeyVaultDeps): CredentialSource {
  return {
    read: async function* read() {
      const vaults = await mapLimited([...deps.vaultUrls], AT_ONCE, (url) => readVault(deps, url));
      for (const events of vaults) yield* events;
    },
  };
}

async function readVault(deps: KeyVaultDeps, url: string): Promise<SourceEvent[]> {
  const host = new URL(url).hostname;
  const [vault = host] = host.split('.', 1);
  const lists: VaultLists = { certificates: null, secrets: null, keys: null };
  const events: SourceEvent[] = [];
  let broken: VaultFailure | null = null;
  for (const list of LIST_NAMES) {
    const read: VaultItem[] | VaultFailure = broken ?? (await readList(deps, url, list));
    if (!Array.isArray(read)) {
      if (read.scope === 'vault') broken = read;
      events.push({ kind: 'incomplete', list: `${vault}/${list}`, reason: read.reason });
      continue;
    }
    lists[list] = read;
    events.push({ kind: 'held', list: `${vault}/${list}`, held: heldItems(host, list, lists) });
  }
  return events;
}

async function readList(
  deps: KeyVaultDeps,
  url: string,
  list: VaultListName,
): Promise<VaultItem[] | VaultFailure> {
  const told = { body: '' };
  const access = { credential: deps.credential, options: keyVaultClientOptions(url, deps, told) };
  const items: VaultItem[] = [];
  try {
    for await (const item of itemsOf(list, url, access)) items.push(item);
    return items;
  } catch (error) {
    const [vault = url] = new URL(url).hostname.split('.', 1);
    return keyVaultFailure(error, vault, told.body);
  }
}

interface Access {
  credential: TokenCredential;
  options: KeyVaultClientOptions;
}

async function* itemsOf(
  list: VaultListName,
  url: string,
  { credential, options }: Access,
): AsyncIterable<VaultItem> {
  switch (list) {
    case 'certificates': {
      const client = new CertificateClient(url, credential, options);
      for await (const one of client.listPropertiesOfCertificates()) yield certificateItem(one);
      return;
    }
    case 'secrets': {
      const client = new SecretClient(url, credential, options);
      for await (const one of client.listPropertiesOfSecrets()) yield itemOf(one);
      return;
    }
    case 'keys': {
      const client = new KeyClient(url, credential, options);
      for await (const one of client.listPropertiesOfKeys()) yield itemOf(one);
    }
  }
}

function certificateItem(certificate: CertificateProperties): VaultItem {
  const thumbprint = certificate.x509ThumbprintString?.toUpperCase() ?? null;
  return { ...itemOf({ ...certificate, name: certificate.name ?? '' }), thumbprint };
}

type Properties = Pick<
  SecretProperties & KeyProperties,
  'name' | 'enabled' | 'managed' | 'notBefore' | 'createdOn' | 'expiresOn' | 'tags'
>;

function itemOf({
  name,
  enabled,
  managed,
  notBefore,
  createdOn,
  expiresOn,
  tags,
}: Properties): VaultItem {
  return {
    name,
    enabled: enabled ?? true,
    managed: managed ?? false,
    // Its window follows from its lifetime, which began at the latest when it was put into the vault.
    startsAt: dateOf(notBefore) ?? dateOf(createdOn),
    expiresAt: dateOf(expiresOn),
    thumbprint: null,
    tags: tags ?? {},
  };
}

function dateOf(date: Date | undefined): Date | null {
  return date === undefined || Number.isNaN(date.getTime()) ? null : date;
}
