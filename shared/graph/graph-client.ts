import type { TokenCredential } from '@azure/identity';
import {
  AuthenticationHandler,
  Client,
  GraphError,
  HTTPMessageHandler,
  ResponseType,
  type Middleware,
} from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../clouds.ts';
import { ForeignHostError, SignInError, TenantSignInError } from './graph-failure.ts';
import { graphPace } from './graph-pace.ts';
import { graphRetry } from './graph-retry.ts';

export interface GraphClientDeps {
  cloud: Pick<Cloud, 'graphUrl'>;
  credential: Pick<TokenCredential, 'getToken'>;
  clock: Clock;
  /** Between 0 and 1, for jitter. */
  random: () => number;
  /** Instead of the process's own fetch. */
  fetch?: typeof fetch;
}

/** How often an answer that broke off in the middle is asked for again. */
const MAX_BROKEN_ANSWERS = 2;

/**
 * The Graph SDK's client for one cloud. It speaks to that cloud's Graph and to no other server, follows no redirect,
 * asks for low priority so that a nightly check never crowds out people, and retries by our rules only
 * (the SDK's RetryHandler, which would stack on ours, is left out of the chain).
 */
export function createGraphClient(deps: GraphClientDeps): Client {
  const { cloud, credential, clock, random } = deps;
  return Client.initWithMiddleware({
    baseUrl: `${cloud.graphUrl}/`,
    fetchOptions: { redirect: 'manual', headers: { 'x-ms-throttle-priority': 'low' } },
    middleware: [
      onlyHost(cloud.graphUrl),
      new AuthenticationHandler({ getAccessToken: () => tokenOf(credential, cloud.graphUrl) }),
      graphRetry({ clock, random }),
      graphPace({ clock }),
      deps.fetch === undefined ? new HTTPMessageHandler() : fetching(deps.fetch),
    ],
  });
}

/**
 * The JSON that a GET of this path, or of a whole nextLink, answers. An answer that is cut off or is no JSON is asked
 * for again, twice at most. Throws the SDK's GraphError: turn it into words with graphFailure.
 */
export async function getGraphJson(client: Client, url: string): Promise<unknown> {
  // The SDK would take "http://elsewhere/…" for a path of its own base URL.
  if (/^[a-z][a-z0-9+.-]*:(?!$)/i.test(url) && !url.startsWith('https://')) {
    throw foreign(url);
  }
  for (let broken = 0; ; broken += 1) {
    try {
      return await client.api(url).responseType(ResponseType.JSON).get();
    } catch (error) {
      const isBroken =
        error instanceof GraphError && error.statusCode >= 200 && error.statusCode < 300;
      if (!isBroken || broken === MAX_BROKEN_ANSWERS) throw error;
    }
  }
}

function onlyHost(graphUrl: string): Middleware {
  let next: Middleware | undefined;
  const { origin } = new URL(graphUrl);
  return {
    setNext: (middleware) => {
      next = middleware;
    },
    execute: async (context) => {
      const target = new URL(String(context.request));
      if (target.origin !== origin) throw new ForeignHostError(target.host);
      await next?.execute(context);
    },
  };
}

function foreign(url: string): GraphError {
  const error = new ForeignHostError(URL.canParse(url) ? new URL(url).host : 'unreadable address');
  const wrapped = new GraphError(-1, error.message, error);
  wrapped.code = error.name;
  return wrapped;
}

async function tokenOf(
  credential: Pick<TokenCredential, 'getToken'>,
  graphUrl: string,
): Promise<string> {
  const token = await credential.getToken(`${graphUrl}/.default`).catch((cause: unknown) => {
    throw cause instanceof TenantSignInError ? cause : new SignInError(cause);
  });
  if (token === null) throw new SignInError(null);
  return token.token;
}

/** The last middleware, with a fetch that was handed in. */
function fetching(send: typeof fetch): Middleware {
  return {
    execute: async (context) => {
      context.response = await send(context.request, context.options);
    },
  };
}
