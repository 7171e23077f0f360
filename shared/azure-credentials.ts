import {
  AzureCliCredential,
  ManagedIdentityCredential,
  type AccessToken,
  type TokenCredential,
} from '@azure/identity';
import { systemClock } from './clock.ts';

/**
 * A managed identity by its client id, or the app's own where that is null. Never the default chain, which would take
 * whatever secret lies in the environment (security rule 22).
 */
export function identityCredential(clientId: string | null): TokenCredential {
  return clientId === null
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

/** Whoever is signed in with the Azure command line (`az login`), for `keyturn scan` and `keyturn setup`. */
export function cliCredential(tenantId?: string): TokenCredential {
  return remembered(new AzureCliCredential(tenantId === undefined ? {} : { tenantId }));
}

const RENEWED_BEFORE_MS = 300_000;

/** The SDK starts a process for every call of Graph, and az takes a second to answer. */
function remembered(credential: TokenCredential): TokenCredential {
  const known = new Map<string, AccessToken>();
  return {
    getToken: async (scopes, options) => {
      const key = String(scopes);
      const token = known.get(key);
      const renewedAt = (token?.expiresOnTimestamp ?? 0) - RENEWED_BEFORE_MS;
      if (token !== undefined && systemClock.now().getTime() < renewedAt) return token;
      const fresh = await credential.getToken(scopes, options);
      if (fresh !== null) known.set(key, fresh);
      return fresh;
    },
  };
}
