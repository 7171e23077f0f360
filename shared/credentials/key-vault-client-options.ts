import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';

export interface KeyVaultDeps {
  credential: TokenCredential;
  /** Addresses such as `https://contoso-kv.vault.azure.net`, each once. */
  vaultUrls: readonly string[];
  /** 3 unless told: the SDK waits 0.8 s and more between them, and as long as Retry-After says. */
  maxRetries?: number;
  /** Sends the requests; the SDK's own unless given. */
  httpClient?: SecretClientOptions['httpClient'];
}

/** What every client of a vault is made with, whichever of the three SDKs it is of. */
export type KeyVaultClientOptions = Pick<
  SecretClientOptions,
  'retryOptions' | 'additionalPolicies' | 'httpClient'
>;

const CALL_TIMEOUT_MS = 20_000;
const FOREIGN_LINK = 'a link to another host';

/** `told` is given the body of what failed: the SDKs' paging keeps the status of it alone. */
export function keyVaultClientOptions(
  url: string,
  { maxRetries = 3, httpClient }: KeyVaultDeps,
  told: { body: string } = { body: '' },
): KeyVaultClientOptions {
  const { host } = new URL(url);
  return {
    retryOptions: { maxRetries },
    ...(httpClient === undefined ? {} : { httpClient }),
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'keyturnOneVault',
          sendRequest: async (request, next) => {
            // A nextLink is followed with our token in hand: never to another host.
            if (new URL(request.url).host !== host) throw new Error(FOREIGN_LINK);
            request.timeout = CALL_TIMEOUT_MS;
            const response = await next(request);
            if (response.status >= 400) told.body = response.bodyAsText ?? '';
            return response;
          },
        },
      },
    ],
  };
}
