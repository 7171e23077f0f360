import type { Local } from './run-local.ts';

type Json = Record<string, unknown>;

/** The HTTP interfaces of a local installation, as its user has them. Both throw for an answer that is no success. */
export interface DemoClient {
  /** A control of the local cloud (design §9). */
  control<T>(method: string, path: string, body?: Json): Promise<T>;
  /** A call to Keyturn as admin. */
  call<T>(method: string, path: string, body?: Json): Promise<T>;
}

export function demoClient({ url, cloudUrl, keys }: Local): DemoClient {
  const admin = { 'x-keyturn-key': keys?.admin ?? '' };
  return {
    control: (method, path, body) => send(`${cloudUrl}/_control/${path}`, { method }, body),
    // A person who replaces a secret means the connection as it is.
    call: (method, path, body) =>
      send(
        url + path,
        { method, headers: method === 'PATCH' ? { ...admin, 'if-match': '*' } : admin },
        body,
      ),
  };
}

interface Sent {
  method: string;
  headers?: Record<string, string>;
}

async function send<T>(url: string, { method, headers = {} }: Sent, body?: Json): Promise<T> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && {
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${text}`);
}
