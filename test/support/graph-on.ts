import type { Client } from '@microsoft/microsoft-graph-client';
import { createGraphClient } from '../../shared/graph/graph-client.ts';
import type { TestCloud } from './local-cloud.ts';

/** Keyturn's Graph client on a local cloud in this process; `seen` gets every call before it is made. */
export function graphOn(
  cloud: TestCloud,
  seen: (path: string, body: unknown) => void = () => undefined,
): Client {
  return createGraphClient({
    cloud: { graphUrl: 'https://graph.microsoft.com' },
    credential: { getToken: async () => ({ token: await cloud.token(), expiresOnTimestamp: 0 }) },
    clock: cloud.clock,
    random: () => 0,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      seen(url.pathname, init?.body);
      return cloud.call(`/graph.microsoft.com${url.pathname}${url.search}`, init);
    },
  });
}
