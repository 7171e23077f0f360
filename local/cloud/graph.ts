import { Hono, type Context } from 'hono';
import { callerOf, type Caller, type TokenFault } from './access-tokens.ts';
import { graphAudiencesOf } from './clouds.ts';
import type { Directory } from './directory.ts';
import { GraphFault, graphErrorBody, requestIdsOf, type RequestIds } from './graph-error.ts';
import { batchRoute } from './graph-batch.ts';
import { listRoutes } from './graph-lists.ts';
import { cloudOfGraph } from './national-clouds.ts';
import { mailRoutes } from './graph-mail.ts';
import { federatedRoutes } from './graph-federated.ts';
import { grantRoutes } from './graph-grants.ts';
import { peopleRoutes } from './graph-people.ts';
import { registrationRoutes } from './graph-registrations.ts';
import { reportRoutes } from './graph-reports.ts';
import { createCollectionThrottle } from './graph-throttle.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** What every Graph route is given. */
export interface GraphEnv {
  Variables: { caller: Caller; directory: Directory; ids: RequestIds };
}

/** A call to Graph in progress. */
export type GraphContext = Context<GraphEnv>;

/** Microsoft Graph v1.0 as far as credentials, their owners and mail need it, and the one report of beta. */
export function graph(deps: { world: World; signer: TokenSigner; monotonicMs: () => number }) {
  const app = new Hono<GraphEnv>({ getPath: plainPath });
  const { world } = deps;
  app.use(async (c, next) => {
    c.set('ids', requestIdsOf(c.req.raw.headers));
    const caller = await authenticated(c, deps);
    c.set('caller', caller);
    c.set('directory', directoryOf(world, caller));
    stamp(c);
    await next();
  });
  listRoutes(app, { world, throttle: createCollectionThrottle(world, deps.monotonicMs) });
  peopleRoutes(app);
  reportRoutes(app);
  federatedRoutes(app);
  registrationRoutes(app, world);
  grantRoutes(app, world);
  mailRoutes(app, world);
  batchRoute(app, world);
  app.notFound((c) => errorAnswer(c, unknownRoute(c), world));
  app.onError((error, c) => {
    if (!(error instanceof GraphFault)) throw error;
    return errorAnswer(c, error, world);
  });
  return app;
}

/** The type of the Graph app, for the files that add routes to it. */
export type GraphApp = Hono<GraphEnv>;

/** Alternate keys in parentheses, `applications(appId='…')`, become plain path segments, so that routes stay readable. */
function plainPath(request: Request): string {
  return decoded(new URL(request.url).pathname)
    .replace(/\(appId='([^']*)'\)/i, '/by-app-id/$1')
    .replace(/\(uniqueName='([^']*)'\)/i, '/by-unique-name/$1')
    .replace(/\(name='([^']*)'\)/i, '/by-name/$1')
    .replace(/\('([^']*)'\)/, '/$1')
    .replace(/\/+$/, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function authenticated(
  c: GraphContext,
  deps: { world: World; signer: TokenSigner },
): Promise<Caller> {
  const { host } = new URL(c.req.url);
  const audiences = graphAudiencesOf(host);
  const caller = await callerOf(c.req.header('authorization') ?? null, audiences, deps);
  if (typeof caller !== 'string') return caller;
  throw new GraphFault(
    {
      status: 401,
      code: 'InvalidAuthenticationToken',
      headers: {
        'www-authenticate': `Bearer realm="", authorization_uri="https://${cloudOfGraph(host).loginHost}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
      },
    },
    tokenMessages[caller],
  );
}

const tokenMessages: Record<TokenFault, string> = {
  missing: 'Access token is empty.',
  malformed: 'IDX14100: JWT is not well formed, there are no dots (.).',
  badSignature: 'Access token validation failure. Invalid signature.',
  badAudience: 'Access token validation failure. Invalid audience.',
  expired: 'Lifetime validation failed, the token is expired.',
};

function directoryOf(world: World, { tenantId }: Caller): Directory {
  const directory = world.directories.get(tenantId);
  if (directory !== undefined) return directory;
  throw new GraphFault(
    { status: 401, code: 'Authorization_IdentityNotFound' },
    'The identity of the calling application could not be established.',
  );
}

/** Headers that every answer of Graph has ("Microsoft Graph error responses", "Throttling guidance"). */
function stamp(c: GraphContext): void {
  const { requestId, clientRequestId } = c.get('ids');
  c.header('request-id', requestId);
  c.header('client-request-id', clientRequestId);
  c.header('x-ms-ags-diagnostic', '{"ServerInfo":{"DataCenter":"Local","Slice":"E","Ring":"1"}}');
  c.header('odata-version', '4.0');
  c.header('cache-control', 'no-cache');
}

function errorAnswer(c: GraphContext, fault: GraphFault, world: World): Response {
  const ids = c.get('ids');
  const body = JSON.stringify(graphErrorBody(fault, ids, world.now()));
  return new Response(body, {
    status: fault.status,
    headers: {
      'content-type': 'application/json',
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
      ...fault.headers,
    },
  });
}

function unknownRoute(c: GraphContext): GraphFault {
  const [, version = '', segment = ''] = c.req.path.split('/');
  if (version !== 'v1.0') {
    return new GraphFault(
      { status: 400, code: 'BadRequest' },
      `Invalid version: ${version}. The local Graph has v1.0, and of beta one report.`,
    );
  }
  if (segment === 'me') {
    return new GraphFault(
      { status: 400, code: 'BadRequest' },
      '/me request is only valid with delegated authentication flow.',
    );
  }
  if (c.req.method !== 'GET') {
    return new GraphFault(
      { status: 405, code: 'Request_BadRequest' },
      'Specified HTTP method is not allowed for the request target.',
    );
  }
  const last = c.req.path.split('/').at(-1);
  return new GraphFault(
    { status: 400, code: 'BadRequest' },
    `Resource not found for the segment '${last}'.`,
  );
}
