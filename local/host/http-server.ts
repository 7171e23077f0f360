import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AdminRoutes } from './admin-routes.ts';
import type { RpcData } from './core-module.ts';
import { errorText } from './error-text.ts';
import { toHttpAnswer, toRpcRequest, type HttpAnswer } from './http-message.ts';
import type { HttpRoutes } from './http-routes.ts';
import type { FunctionLog, Invocations } from './invocations.ts';
import { rewriteAnswer } from './rewrite-answer.ts';

interface HttpServerDeps {
  routes: HttpRoutes;
  admin: AdminRoutes;
  invocations: Invocations;
  log: FunctionLog;
}

interface HttpServerOptions {
  customHeaders: Record<string, string>;
  masterKey: string;
  cloudPort: number;
}

const nothing = new Uint8Array();

/** The HTTP side of the host. It does not listen: connections are handed to it. */
export function createHttpServer(deps: HttpServerDeps, options: HttpServerOptions): http.Server {
  const server = http.createServer((request, response) => {
    answer(deps, options, request)
      .catch((error: unknown): HttpAnswer => {
        deps.log('host', 'error', errorText(error));
        return { status: 500, headers: [], body: nothing };
      })
      .then((result) => send(response, result, options.customHeaders))
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(
  { routes, admin, invocations, log }: HttpServerDeps,
  { masterKey, cloudPort }: HttpServerOptions,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const { url, method } = targetOf(request);
  if (url === null) return { status: 400, headers: [], body: nothing };
  const body = await readBody(request);
  const isMaster = givenKey(request, url) === masterKey;
  if (/^\/admin(\/|$)/i.test(url.pathname))
    return admin({ method, path: url.pathname, body: body.toString('utf8'), isMaster });

  const found = routes.find(method, url.pathname);
  if (found === null) {
    // AzureWebJobsDisableHomepage: an unrouted front door says nothing.
    return { status: url.pathname === '/' ? 204 : 404, headers: [], body: nothing };
  }
  if (found.http.authLevel !== 'anonymous' && !isMaster)
    return { status: 401, headers: [], body: nothing };
  const { loaded } = found.http;
  let returned: RpcData | null;
  try {
    const data = toRpcRequest(request, url, { params: found.params, body });
    returned = await invocations.invoke(loaded, { data });
  } catch (error) {
    log(loaded.name, 'error', errorText(error));
    return { status: 500, headers: [], body: nothing };
  }
  return rewriteAnswer(toHttpAnswer(returned), cloudPort);
}

function targetOf(request: IncomingMessage): { url: URL | null; method: string } {
  const target = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`;
  const url = URL.canParse(target) ? new URL(target) : null;
  return { url, method: request.method ?? 'GET' };
}

// The header wins over the query.
function givenKey(request: IncomingMessage, url: URL): string | null {
  const header = request.headers['x-functions-key'];
  return typeof header === 'string' ? header : url.searchParams.get('code');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  answer: HttpAnswer,
  customHeaders: Record<string, string>,
): void {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  // host.json customHeaders fill what the function left open.
  for (const [name, value] of Object.entries(customHeaders))
    if (!response.hasHeader(name)) response.setHeader(name, value);
  response.end(answer.body);
}
