import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import { graphCredentialSource } from '../../shared/credentials/graph-credential-source.ts';
import {
  application,
  graphError,
  json,
  linkTo,
  pageOf,
  scriptedGraph,
  type GraphCall,
} from '../support/scripted-graph.ts';

const isApplications = ({ url }: GraphCall) => url.pathname === '/v1.0/applications';
const nothing = () => json({ value: [] });

/** Only the applications list is scripted; there are no enterprise applications. */
function applicationsOf(script: (call: GraphCall) => Response | Error) {
  return scriptedGraph((call) => (isApplications(call) ? script(call) : nothing()));
}

async function read({ client }: Pick<ReturnType<typeof scriptedGraph>, 'client'>) {
  const events: SourceEvent[] = [];
  for await (const event of graphCredentialSource({ client }).read()) events.push(event);
  const ids = events.flatMap((event) =>
    event.kind === 'page' ? event.objects.map(({ objectId }) => objectId) : [],
  );
  const incomplete = events.filter((event) => event.kind === 'incomplete');
  return { events, ids, incomplete };
}

describe('the credentials of a tenant, read from Graph', () => {
  it('come from both lists, with what is needed selected, 999 at a time and nothing expanded', async () => {
    const graph = scriptedGraph(nothing);
    await read(graph);
    expect(graph.calls.map(({ url }) => url.pathname)).toEqual([
      '/v1.0/applications',
      '/v1.0/servicePrincipals',
    ]);
    for (const { url } of graph.calls) {
      expect(url.searchParams.get('$top')).toBe('999');
      expect(url.searchParams.has('$expand')).toBe(false);
      expect(url.searchParams.get('$select')?.split(',')).toEqual(
        expect.arrayContaining([
          'id',
          'appId',
          'displayName',
          'passwordCredentials',
          'keyCredentials',
        ]),
      );
    }
    expect(graph.calls[0]?.url.searchParams.get('$select')).toContain(
      'web,spa,publicClient,requiredResourceAccess',
    );
  });

  it('are complete over several pages, an empty one in between', async () => {
    const pages: Record<string, unknown> = {
      '': { value: [application('a')], '@odata.nextLink': linkTo('applications', 'p2') },
      p2: { value: [], '@odata.nextLink': linkTo('applications', 'p3') },
      p3: { value: [application('b')] },
    };
    const graph = applicationsOf((call) => json(pages[pageOf(call)]));
    const { ids, incomplete } = await read(graph);
    expect(ids).toEqual(['a', 'b']);
    expect(incomplete).toEqual([]);
    expect(graph.calls).toHaveLength(4);
  });

  it('follow nextLink with everything that is in it', async () => {
    const link =
      'https://graph.microsoft.com/v1.0/applications?$select=id&$top=999&$skiptoken=RFNwdAIAAQ%2BB%3D%3D_x(1)';
    const graph = applicationsOf((call) =>
      json(pageOf(call) === '' ? { value: [], '@odata.nextLink': link } : { value: [] }),
    );
    await read(graph);
    expect(graph.calls[1]?.url.href).toBe(link);
  });

  it('leave certificate bytes and secret texts behind', async () => {
    const raw = {
      ...application('a'),
      passwordCredentials: [{ keyId: 'k', secretText: 'hush', endDateTime: null }],
      keyCredentials: [{ keyId: 'c', key: 'MIIC', endDateTime: '2027-01-01T00:00:00Z' }],
    };
    const graph = applicationsOf(() => json({ value: [raw] }));
    const { events } = await read(graph);
    expect(JSON.stringify(events)).not.toMatch(/hush|MIIC/);
  });

  it('say which list is partial, and why, when a page stays broken', async () => {
    const graph = applicationsOf((call) =>
      pageOf(call) === ''
        ? json({ value: [application('a')], '@odata.nextLink': linkTo('applications', 'p2') })
        : graphError(500, 'InternalServerError'),
    );
    const { ids, incomplete } = await read(graph);
    expect(ids).toEqual(['a']);
    expect(incomplete).toMatchObject([{ list: 'applications' }]);
    expect(incomplete[0]?.reason).toContain('Only 1 applications were read');
    expect(incomplete[0]?.reason).toContain('500 InternalServerError');
    expect(graph.calls.filter(isApplications)).toHaveLength(5);
  });

  it('name the permission that is missing, and still give the other list', async () => {
    const graph = scriptedGraph((call) =>
      isApplications(call)
        ? graphError(403, 'Authorization_RequestDenied')
        : json({ value: [application('sp')] }),
    );
    const { ids, incomplete } = await read(graph);
    expect(ids).toEqual(['sp']);
    expect(incomplete[0]?.reason).toContain('Application.Read.All');
    expect(incomplete[0]?.reason).toContain('No applications were read');
  });

  it.each([400, 410])(
    'begin a list again, once, when its nextLink is refused with %s',
    async (status) => {
      let refusals = 0;
      const graph = applicationsOf((call) => {
        if (pageOf(call) !== '' && (refusals += 1) === 1)
          return graphError(status, 'Directory_ExpiredPageToken');
        return json(
          pageOf(call) === ''
            ? { value: [application('a')], '@odata.nextLink': linkTo('applications', 'p2') }
            : { value: [application('b')] },
        );
      });
      const { ids, incomplete } = await read(graph);
      expect(ids).toEqual(['a', 'a', 'b']);
      expect(incomplete).toEqual([]);
    },
  );

  it('do not begin again for ever', async () => {
    const graph = applicationsOf((call) =>
      pageOf(call) === ''
        ? json({ value: [application('a')], '@odata.nextLink': linkTo('applications', 'p2') })
        : graphError(410, 'Directory_ExpiredPageToken'),
    );
    const { incomplete } = await read(graph);
    expect(incomplete).toHaveLength(1);
    expect(graph.calls.filter(isApplications)).toHaveLength(4);
  });

  it('never follow a nextLink to another server', async () => {
    const graph = applicationsOf(() =>
      json({
        value: [application('a')],
        '@odata.nextLink': 'https://evil.example/v1.0/applications?x',
      }),
    );
    const { ids, incomplete } = await read(graph);
    expect(ids).toEqual(['a']);
    expect(incomplete[0]?.reason).toContain('evil.example');
    expect(graph.calls.every(({ url }) => url.host === 'graph.microsoft.com')).toBe(true);
  });

  it('stop when Graph goes round in circles', async () => {
    const graph = applicationsOf(() =>
      json({ value: [], '@odata.nextLink': linkTo('applications', 'again') }),
    );
    const { incomplete } = await read(graph);
    expect(incomplete).toHaveLength(1);
    expect(graph.calls.filter(isApplications)).toHaveLength(2);
  });

  it('are not "none" when the answer is no list', async () => {
    const graph = applicationsOf(() => json({ hello: 'proxy' }));
    const { incomplete } = await read(graph);
    expect(incomplete[0]?.reason).toContain('not a list of applications');
  });

  it('go on after an entry that cannot be read', async () => {
    const graph = applicationsOf(() =>
      json({ value: [null, { id: 'x', passwordCredentials: 'many' }, application('a')] }),
    );
    const { ids, events } = await read(graph);
    expect(ids).toEqual(['a']);
    expect(events.filter(({ kind }) => kind === 'skipped')).toMatchObject([
      { where: 'applications' },
      { where: 'applications/x' },
    ]);
  });
});
