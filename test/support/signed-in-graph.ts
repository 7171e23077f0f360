import { graphAccess, type GraphAccess } from '../../cli/setup/graph-access.ts';
import { clouds } from '../../shared/clouds.ts';
import type { TestCloud } from './local-cloud.ts';

/** Microsoft Graph of a local cloud in this process, as a person who is signed in with the Azure command line. */
export function signedInGraph(cloud: TestCloud, userPrincipalName: string): GraphAccess {
  return graphAccess({
    cloud: clouds.public,
    clock: cloud.clock,
    random: () => 0.5,
    credential: {
      getToken: async () => {
        const token = await cloud.control('POST', 'cli-token', { userPrincipalName });
        return { token: String(token['accessToken']), expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { host, pathname, search } = new URL(request.url);
      const text = await request.text();
      return cloud.call(`/${host}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(text === '' ? {} : { body: text }),
      });
    },
  });
}
