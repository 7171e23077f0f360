import { describe, expect, it } from 'vitest';
import { graphOwners } from '../../shared/credentials/graph-owners.ts';
import type { OwnedObject } from '../../shared/credentials/owner-lookup.ts';
import { graphError, json, scriptedGraph, type GraphCall } from '../support/scripted-graph.ts';

interface BatchItem {
  id: string;
  method: string;
  url: string;
}
interface ItemAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const isBatch = ({ url }: GraphCall) => url.pathname === '/v1.0/$batch';
const requestsOf = ({ body }: GraphCall) => (body as { requests: BatchItem[] }).requests;
const objectIdIn = (url: string) =>
  /\/(?:applications|servicePrincipals)\/([^/]+)\/owners/.exec(url)?.[1] ?? '';

function user(id: string) {
  return {
    '@odata.type': '#microsoft.graph.user',
    id,
    displayName: `Name of ${id}`,
    mail: `${id}@contoso.example`,
    userPrincipalName: `${id}@contoso.example`,
    accountEnabled: true,
  };
}

/** Answers a batch item by item, in reverse order, as Graph may. */
function batch(call: GraphCall, answer: (objectId: string) => ItemAnswer): Response {
  const responses = requestsOf(call).map(({ id, url }) => ({ id, ...answer(objectIdIn(url)) }));
  return json({ responses: responses.toReversed() });
}

const ownedBy = (objectId: string): ItemAnswer => ({
  status: 200,
  body: { value: [user(`owner-of-${objectId}`)] },
});

const applications = (...ids: string[]): OwnedObject[] =>
  ids.map((objectId) => ({ type: 'application', objectId }));
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `app${n}`);

function lookup(script: (call: GraphCall) => Response | Error) {
  const graph = scriptedGraph(script);
  const owners = graphOwners(graph);
  return { ...graph, ownersOf: (holders: OwnedObject[]) => owners.ownersOf(holders) };
}

describe('the owners of applications', () => {
  it('are asked for twenty at a time and belong to the right one, whatever the order of answers', async () => {
    const { ownersOf, calls } = lookup((call) => batch(call, ownedBy));
    const { owners, incomplete, notes } = await ownersOf(applications(...numbered(41)));
    expect(calls.slice(0, 2).map((call) => requestsOf(call).length)).toEqual([20, 20]);
    for (const id of numbered(40)) {
      expect(owners.get(id)?.[0]?.address).toBe(`owner-of-${id}@contoso.example`);
    }
    expect(calls).toHaveLength(3);
    expect([...incomplete, ...notes]).toEqual([]);
    expect(new Set(requestsOf(calls[0] as GraphCall).map(({ id }) => id)).size).toBe(20);
    expect(requestsOf(calls[0] as GraphCall)[0]).toMatchObject({
      method: 'GET',
      url: '/applications/app0/owners?$select=id,displayName,mail,userPrincipalName,accountEnabled',
    });
  });

  it('are asked for once where several secrets hang on one application', async () => {
    const { ownersOf, calls } = lookup((call) => batch(call, ownedBy));
    await ownersOf([...applications('a', 'b', 'a'), { type: 'servicePrincipal', objectId: 'c' }]);
    expect(requestsOf(calls[0] as GraphCall).map(({ url }) => url.split('/owners')[0])).toEqual([
      '/applications/a',
      '/applications/b',
      '/servicePrincipals/c',
    ]);
  });

  it('that were throttled are asked for again one by one, after the wait that they name', async () => {
    const { ownersOf, calls, clock } = lookup((call) => {
      if (!isBatch(call)) return json({ value: [user('late')] });
      return batch(call, (id) =>
        id === 'app7'
          ? {
              status: 429,
              headers: { 'Retry-After': '2.5' },
              body: { error: { code: 'TooManyRequests' } },
            }
          : ownedBy(id),
      );
    });
    const { owners, incomplete } = await ownersOf(applications(...numbered(20)));
    expect(owners.get('app7')?.[0]?.id).toBe('late');
    expect(owners.size).toBe(20);
    expect(incomplete).toEqual([]);
    expect(clock.slept).toEqual([2_500]);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.url.pathname).toBe('/v1.0/applications/app7/owners');
  });

  it('are not lost when an item fails, is a failed dependency, or is missing from the answer', async () => {
    const { ownersOf, calls } = lookup((call) => {
      if (!isBatch(call)) return json({ value: [user('again')] });
      return json({
        responses: [
          { id: '0', status: 503 },
          { id: '1', status: 424 },
          { id: '2', ...ownedBy('c') },
        ],
      });
    });
    const { owners } = await ownersOf(applications('a', 'b', 'c', 'd'));
    expect([...owners.keys()].sort((a, b) => a.localeCompare(b))).toEqual(['a', 'b', 'c', 'd']);
    expect(calls).toHaveLength(4);
  });

  it('are asked for in smaller batches when a whole batch is too much', async () => {
    const { ownersOf, calls } = lookup((call) =>
      isBatch(call) && requestsOf(call).length > 10
        ? graphError(429, 'TooManyRequests', { 'retry-after': '1' })
        : batch(call, ownedBy),
    );
    const { owners, incomplete } = await ownersOf(applications(...numbered(20)));
    expect(owners.size).toBe(20);
    expect(incomplete).toEqual([]);
    expect(calls.filter((call) => requestsOf(call).length === 10)).toHaveLength(2);
  });

  it('are taken from a 424 envelope that carries its items', async () => {
    const { ownersOf } = lookup((call) =>
      isBatch(call)
        ? json(
            {
              responses: [
                { id: '0', ...ownedBy('a') },
                { id: '1', status: 429, headers: { 'retry-after': '1' } },
              ],
            },
            { status: 424 },
          )
        : json({ value: [user('late')] }),
    );
    const { owners, incomplete } = await ownersOf(applications('a', 'b'));
    expect(owners.get('b')?.[0]?.id).toBe('late');
    expect(incomplete).toEqual([]);
  });

  it('that come as an id alone name the permission that is missing', async () => {
    const nameless = {
      '@odata.type': '#microsoft.graph.user',
      id: 'u1',
      displayName: null,
      mail: null,
      userPrincipalName: null,
    };
    const { ownersOf } = lookup((call) =>
      batch(call, () => ({ status: 200, body: { value: [nameless] } })),
    );
    const { owners, notes, incomplete } = await ownersOf(applications('a', 'b'));
    expect(owners.get('a')).toMatchObject([
      { id: 'u1', type: 'user', address: null, accountEnabled: null },
    ]);
    expect(notes.join(' ')).toContain('User.ReadBasic.All');
    expect(incomplete).toEqual([]);
  });

  it('of an application that was deleted meanwhile are nobody, with a note', async () => {
    const { ownersOf } = lookup((call) =>
      batch(call, (id) =>
        id === 'gone'
          ? { status: 404, body: { error: { code: 'Request_ResourceNotFound' } } }
          : ownedBy(id),
      ),
    );
    const { owners, incomplete, notes } = await ownersOf(applications('a', 'gone'));
    expect(owners.get('gone')).toEqual([]);
    expect(incomplete).toEqual([]);
    expect(notes.join(' ')).toContain('deleted');
  });

  it('are read to the last page, on the configured host only', async () => {
    const { ownersOf, calls } = lookup((call) => {
      if (!isBatch(call)) return json({ value: [user('second')] });
      return batch(call, (id) => ({
        status: 200,
        body: {
          value: [user('first')],
          '@odata.nextLink':
            id === 'bad'
              ? 'https://evil.example/owners'
              : `https://graph.microsoft.com/v1.0/applications/${id}/owners?$skiptoken=x`,
        },
      }));
    });
    const { owners, incomplete } = await ownersOf(applications('good', 'bad'));
    expect(owners.get('good')?.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(owners.has('bad')).toBe(false);
    expect(incomplete).toHaveLength(1);
    expect(calls.every(({ url }) => url.host === 'graph.microsoft.com')).toBe(true);
  });

  it('that cannot be read are reported and differ from "has none"', async () => {
    const { ownersOf } = lookup((call) =>
      batch(call, (id) =>
        id === 'a' ? { status: 403, body: {} } : { status: 200, body: { value: [] } },
      ),
    );
    const { owners, incomplete } = await ownersOf(applications('a', 'b'));
    expect(owners.has('a')).toBe(false);
    expect(owners.get('b')).toEqual([]);
    expect(incomplete[0]?.reason).toContain('Application.Read.All');
  });

  it('are given up after three batches that fail, not after thirty', async () => {
    const { ownersOf, calls } = lookup(() => graphError(500));
    const { incomplete } = await ownersOf(applications(...numbered(200)));
    expect(calls).toHaveLength(12);
    expect(incomplete[0]?.reason).toContain('200');
  });
});
