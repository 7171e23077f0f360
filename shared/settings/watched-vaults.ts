import type { Cloud } from '../clouds.ts';

/** Microsoft Learn: "Key Vault object identifiers": 3 to 24 letters, digits and single hyphens, first a letter. */
const VAULT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/;

/** The addresses of the vaults that a setting names, each once; null when an entry names none of this cloud. */
export function watchedVaultsOf(
  entries: readonly string[],
  cloud: Pick<Cloud, 'vaultSuffix'>,
): string[] | null {
  const urls = entries.map((entry) => vaultUrlOf(entry, cloud));
  return urls.includes(null) ? null : [...new Set(urls.filter((url) => url !== null))];
}

/**
 * The address of a vault that a setting names by its name, its host or its address; null for what is no vault of this
 * cloud. A token for one cloud's vaults is never sent anywhere else, so another cloud's suffix is refused.
 */
function vaultUrlOf(entry: string, { vaultSuffix }: Pick<Cloud, 'vaultSuffix'>): string | null {
  const text = entry.trim().toLowerCase();
  const [, host = text] = /^https:\/\/([^/?#:@]+)\/?$/.exec(text) ?? [];
  const name = host.endsWith(`.${vaultSuffix}`) ? host.slice(0, -vaultSuffix.length - 1) : host;
  return VAULT_NAME.test(name) ? `https://${name}.${vaultSuffix}` : null;
}
