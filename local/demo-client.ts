import { callProduct } from './product-client.ts';
import type { Local } from './run-local.ts';

type Json = Record<string, unknown>;

/** The HTTP interfaces of a local installation, as its user has them. Both throw for an answer that is no success. */
export interface DemoClient {
  /** A control of the local cloud (design §9). */
  control<T>(method: string, path: string, body?: Json): Promise<T>;
  /** A call to Keyturn as admin. */
  call<T>(method: string, path: string, body?: Json): Promise<T>;
  /** Whether a program with the connection's key gets a token now. */
  hasToken(connectionId: string): Promise<boolean>;
}

export function demoClient({ url, cloudUrl, keys, connectionKeys }: Local): DemoClient {
  const admin = { 'x-keyturn-key': keys?.admin ?? '' };
  return {
    control: (method, path, body) => send(method, `${cloudUrl}/_control/${path}`, { body }),
    call: (method, path, body) =>
      send(method, url + path, {
        body,
        // A person who replaces a secret means the connection as it is.
        headers: method === 'PATCH' ? { ...admin, 'if-match': '*' } : admin,
      }),
    hasToken: async (connectionId) => {
      const headers = { 'x-keyturn-key': connectionKeys[connectionId] ?? '' };
      const answer = await fetch(`${url}/api/connections/${connectionId}/token`, { headers });
      const members = (await answer.json()) as Json;
      return answer.ok && typeof members['access_token'] === 'string';
    },
  };
}

async function send<T>(
  method: string,
  url: string,
  sent: Parameters<typeof callProduct>[2],
): Promise<T> {
  const { text } = await callProduct(method, url, { ...sent, expected: [200, 202] });
  return JSON.parse(text) as T;
}
