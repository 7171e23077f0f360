import { SecretClient } from '@azure/keyvault-secrets';
import type { TestCloud } from './local-cloud.ts';

/** The real SDK on a vault of a local cloud in this process: its requests go to the cloud instead of a socket. */
export function vaultClient(cloud: TestCloud, url: string): SecretClient {
  return new SecretClient(
    url,
    {
      getToken: async () => ({
        token: await cloud.token('https://vault.azure.net', 'broker'),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    {
      retryOptions: { maxRetries: 0 },
      httpClient: {
        sendRequest: async (request) => {
          const { host, pathname, search } = new URL(request.url);
          const body = typeof request.body === 'string' ? request.body : undefined;
          const response = await cloud.call(`/${host}${pathname}${search}`, {
            method: request.method,
            headers: request.headers.toJSON(),
            ...(body === undefined ? {} : { body }),
          });
          const headers = new Map(response.headers);
          return {
            request,
            status: response.status,
            headers: headersOf(headers),
            bodyAsText: await response.text(),
          };
        },
      },
    },
  );
}

/** As much of the SDK's own header bag as it reads from an answer. */
function headersOf(headers: Map<string, string>) {
  return {
    get: (name: string) => headers.get(name.toLowerCase()),
    has: (name: string) => headers.has(name.toLowerCase()),
    set: (name: string, value: string | number | boolean) => void headers.set(name, String(value)),
    delete: (name: string) => void headers.delete(name),
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers.entries(),
  };
}
