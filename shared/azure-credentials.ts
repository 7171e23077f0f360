import {
  AzureCliCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';

/**
 * A managed identity by its client id, or the app's own where that is null. Never the default chain, which would take
 * whatever secret lies in the environment (security rule 22).
 */
export function identityCredential(clientId: string | null): TokenCredential {
  return clientId === null
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

/** Whoever is signed in with the Azure command line (`az login`), for `keyturn scan`. */
export function cliCredential(tenantId?: string): TokenCredential {
  return new AzureCliCredential(tenantId === undefined ? {} : { tenantId });
}
