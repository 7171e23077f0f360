import { HttpRequest, InvocationContext, type Cookie, type HttpHandler } from '@azure/functions';

export interface SentRequest {
  method?: string;
  /** Path and query. */
  path?: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** Everything that was logged, a line each. */
  logs: string[];
  cookies: Cookie[];
  json(): Record<string, unknown>;
}

/** Calls a handler with real request and context objects, as the worker does. */
export async function callHandler(handler: HttpHandler, sent: SentRequest = {}): Promise<Answered> {
  const logs: string[] = [];
  const context = new InvocationContext({
    functionName: 'test',
    invocationId: 'invocation-1',
    logHandler: (_level, ...parts) => {
      logs.push(parts.map(String).join(' '));
    },
  });
  const url = new URL(sent.path ?? '/', 'https://keyturn.example');
  const request = new HttpRequest({
    method: sent.method ?? 'GET',
    url: url.href,
    headers: sent.headers ?? {},
    query: Object.fromEntries(url.searchParams),
    params: sent.params ?? {},
    ...(sent.body === undefined ? {} : { body: { string: textOf(sent.body) } }),
  });
  const answer = (await handler(request, context)) ?? {};
  const init = answer as {
    status?: number;
    headers?: Headers;
    body?: string;
    jsonBody?: unknown;
    cookies?: Cookie[];
  };
  const text = init.jsonBody === undefined ? (init.body ?? '') : JSON.stringify(init.jsonBody);
  return {
    status: init.status ?? 200,
    headers: new Headers(init.headers),
    text,
    logs,
    cookies: init.cookies ?? [],
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
