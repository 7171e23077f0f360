import { CertificateClient, type CertificateProperties } from '@azure/keyvault-certificates';
import { keyVaultClientOptions, type KeyVaultDeps } from './key-vault-client-options.ts';
import type { KeptCertificate, KeptCertificates } from './kept-certificate.ts';

/** A vault with more certificates is not searched to its end: each costs a call. */
const MAX_SEARCHED = 200;

/**
 * Looks certificates up among all versions in the watched vaults, the newest first. Key Vault renews a certificate
 * weeks before its end and tells nobody who has the old one: by the time that one is warned about, it is no longer
 * the newest. Asked only for applications' certificates that end soon, and no further than until all are found.
 */
export function keyVaultKeptCertificates(deps: KeyVaultDeps): KeptCertificates {
  return {
    find: async (thumbprints) => {
      const found = new Map<string, KeptCertificate>();
      const wanted = new Set(thumbprints);
      for (const url of deps.vaultUrls) {
        if (wanted.size === 0) break;
        try {
          await searchVault(deps, url, { wanted, found });
        } catch {
          // The same vault is read for its items, and what is wrong with it is said there.
        }
      }
      return found;
    },
  };
}

interface Search {
  /** What is still looked for. */
  wanted: Set<string>;
  found: Map<string, KeptCertificate>;
}

async function searchVault(deps: KeyVaultDeps, url: string, search: Search): Promise<void> {
  const client = new CertificateClient(url, deps.credential, keyVaultClientOptions(url, deps));
  const newest: CertificateProperties[] = [];
  for await (const certificate of client.listPropertiesOfCertificates()) newest.push(certificate);
  for (const certificate of newest) note(certificate, null, { url, search });
  for (const { name = '', createdOn } of newest.slice(0, MAX_SEARCHED)) {
    if (search.wanted.size === 0) return;
    for await (const version of client.listPropertiesOfCertificateVersions(name)) {
      note(version, createdOn?.toISOString() ?? null, { url, search });
    }
  }
}

function note(
  { name = '', x509ThumbprintString }: CertificateProperties,
  renewedAt: string | null,
  { url, search: { wanted, found } }: { url: string; search: Search },
): void {
  const thumbprint = x509ThumbprintString?.toUpperCase() ?? '';
  if (!wanted.delete(thumbprint)) return;
  const [vault = url] = new URL(url).hostname.split('.', 1);
  found.set(thumbprint, { vault, name, renewedAt });
}
