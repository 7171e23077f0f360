import type { IncomingMessage } from 'node:http';
import { serialize, type CookieOptions } from 'hono/utils/cookie';
import type { RpcData } from './core-module.ts';

type NullableMap = Record<string, { value: string }>;

interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: { value: number };
}

interface RpcHttpResponse {
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  body?: RpcData | null;
}

export interface HttpAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** A request as the host hands it to the worker; repeated headers and query parameters are joined by commas. */
export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  { params, body }: { params: Record<string, string>; body: Buffer },
): RpcData {
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys()))
    query[name] = url.searchParams.getAll(name).join(',');
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    if (values !== undefined) headers[name] = values.join(',');
  return {
    http: {
      method: request.method,
      url: url.href,
      nullableHeaders: nullable(headers),
      nullableParams: nullable(params),
      nullableQuery: nullable(query),
      body: body.length === 0 ? undefined : { bytes: body },
    },
  };
}

/** What the worker returned as an answer: nothing at all is 204. */
export function toHttpAnswer(data: RpcData | null): HttpAnswer {
  if (data?.http === undefined) return { status: 204, headers: [], body: new Uint8Array() };
  const response = data.http as RpcHttpResponse;
  const headers: [string, string][] = Object.entries(response.headers ?? {});
  for (const cookie of response.cookies ?? []) headers.push(['set-cookie', cookieText(cookie)]);
  const { bytes, string } = response.body ?? {};
  return {
    status: Number(response.statusCode ?? 200),
    headers,
    body: bytes ?? Buffer.from(string ?? ''),
  };
}

function nullable(values: Record<string, string>): NullableMap {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function cookieText(cookie: RpcCookie): string {
  const options: CookieOptions = {};
  if (cookie.domain) options.domain = cookie.domain.value;
  if (cookie.path) options.path = cookie.path.value;
  if (cookie.expires) options.expires = new Date(cookie.expires.value.seconds * 1000);
  if (cookie.secure) options.secure = cookie.secure.value;
  if (cookie.httpOnly) options.httpOnly = cookie.httpOnly.value;
  if (cookie.maxAge) options.maxAge = cookie.maxAge.value;
  // In the worker's protocol "none" means unset.
  if (cookie.sameSite === 'explicitNone') options.sameSite = 'None';
  else if (cookie.sameSite && cookie.sameSite !== 'none') options.sameSite = cookie.sameSite;
  return serialize(cookie.name, cookie.value, options);
}
