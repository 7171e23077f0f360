import type { Client } from '@microsoft/microsoft-graph-client';
import { createGraphClient } from '../../shared/graph/graph-client.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

export interface GraphCall {
  method: string;
  url: URL;
  headers: Headers;
  body: unknown;
  /** How often this very URL was asked for before. */
  repeats: number;
}

export interface ScriptedGraph {
  /** The real SDK client with our chain, over the script. */
  client: Client;
  clock: FakeClock;
  calls: GraphCall[];
}

type Answer = Response | Error | Promise<Response>;

/** Microsoft Graph as far as a test writes it down: the script answers each call, an Error is a broken connection. */
export function scriptedGraph(script: (call: GraphCall) => Answer): ScriptedGraph {
  const clock = fakeClock('2026-11-25T02:00:00Z');
  const calls: GraphCall[] = [];
  const send: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const repeats = calls.filter((call) => call.url.href === url.href).length;
    const text = typeof init?.body === 'string' ? init.body : 'null';
    const call = {
      method: init?.method ?? 'GET',
      url,
      headers: new Headers(init?.headers),
      body: JSON.parse(text) as unknown,
      repeats,
    };
    calls.push(call);
    const answer = await script(call);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = createGraphClient({
    cloud: { graphUrl: 'https://graph.microsoft.com' },
    credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: 0 }) },
    clock,
    random: () => 0,
    fetch: send,
  });
  return { client, clock, calls };
}

export function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

/** An error as Graph words it. Microsoft Learn: "Microsoft Graph error responses and resource types". */
export function graphError(
  status: number,
  code = 'generalException',
  headers: Record<string, string> = {},
): Response {
  return json({ error: { code, message: 'secret detail of the service' } }, { status, headers });
}

/** An application as Graph lists it, with one secret that ends on this instant. */
export function application(id: string, endDateTime = '2026-12-01T00:00:00Z') {
  return {
    id,
    appId: `app-of-${id}`,
    displayName: `Application ${id}`,
    tags: [],
    notes: null,
    web: { redirectUris: ['https://example.com/callback'] },
    spa: { redirectUris: [] },
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    passwordCredentials: [
      {
        keyId: `key-of-${id}`,
        displayName: 'prod',
        hint: 'abc',
        startDateTime: '2026-01-01T00:00:00Z',
        endDateTime,
        customKeyIdentifier: null,
        secretText: null,
      },
    ],
    keyCredentials: [],
  };
}

/** The nextLink that the scripts here use. */
export function linkTo(list: string, page: string): string {
  return `https://graph.microsoft.com/v1.0/${list}?$select=id,keyCredentials&$top=999&$skiptoken=${page}`;
}

/** Which page of a list a call asks for: "" for the first. */
export function pageOf({ url }: GraphCall): string {
  return url.searchParams.get('$skiptoken') ?? '';
}
