import type { KeyVaultDeps } from '../../shared/credentials/key-vault-client-options.ts';
import type { TestCloud } from './local-cloud.ts';

type HttpClient = NonNullable<KeyVaultDeps['httpClient']>;
type SdkRequest = Parameters<HttpClient['sendRequest']>[0];

/** The real Key Vault SDKs over a local cloud in this process: what they send arrives there, by its real host. */
export function vaultsOf(cloud: TestCloud): Pick<KeyVaultDeps, 'credential' | 'httpClient'> {
  return {
    credential: {
      getToken: async () => ({
        token: await cloud.token('https://vault.azure.net', 'monitor'),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    httpClient: { sendRequest: (request) => send(cloud, request) },
  };
}

async function send(cloud: TestCloud, request: SdkRequest): ReturnType<HttpClient['sendRequest']> {
  const url = new URL(request.url);
  const answer = await cloud.call(`/${url.host}${url.pathname}${url.search}`, {
    method: request.method,
    headers: request.headers.toJSON(),
  });
  // The SDK's own class of headers, which no package of ours exports.
  const Headers = request.headers.constructor as new (
    init: Record<string, string>,
  ) => SdkRequest['headers'];
  return {
    request,
    status: answer.status,
    bodyAsText: await answer.text(),
    headers: new Headers(Object.fromEntries(answer.headers)),
  };
}
