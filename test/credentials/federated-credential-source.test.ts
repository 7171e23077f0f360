import { describe, expect, it } from 'vitest';
import { walkCredentials } from '../../shared/checks/walk.ts';
import { federatedCredentialSource } from '../../shared/credentials/federated-credential-source.ts';
import { graphCredentialSource } from '../../shared/credentials/graph-credential-source.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { application, graphError, json, scriptedGraph } from '../support/scripted-graph.ts';

const NOW = new Date('2026-11-25T02:00:00Z');

interface Asked {
  requests: { id: string; url: string }[];
}

/** Applications in one page; each answers the look-up by `answer`. */
function tenant(count: number, answer: (url: string) => { status: number; body: unknown }) {
  const ids = Array.from({ length: count }, (_, index) => `app-${index}`);
  return scriptedGraph(({ url, body }) => {
    if (url.pathname === '/v1.0/applications')
      return json({ value: ids.map((id) => application(id)) });
    if (url.pathname === '/v1.0/servicePrincipals') return json({ value: [] });
    if (url.pathname !== '/v1.0/$batch') {
      const { status, body: answered } = answer(url.pathname);
      return status === 200 ? json(answered) : graphError(status, 'x');
    }
    const { requests } = body as Asked;
    return json({ responses: requests.map(({ id, url }) => ({ id, ...answer(url) })) });
  });
}

async function walk({ client }: ReturnType<typeof scriptedGraph>) {
  const source = federatedCredentialSource({
    client,
    clock: fakeClock(NOW.toISOString()),
    source: graphCredentialSource({ client }),
  });
  return walkCredentials(source, {
    now: NOW,
    keep: ({ type }) => type === 'federatedCredential',
  });
}

const github = {
  id: 'f1',
  name: 'deploy-main',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:contoso/deploy:ref:refs/heads/main',
};

describe('federated credentials', () => {
  it('are listed with whom they let in, never expire, and cost a batch for 20 applications', async () => {
    const graph = tenant(45, (url) => ({
      status: 200,
      body: { value: url.includes('/app-3/') ? [github] : [] },
    }));
    const { findings, counts, incomplete } = await walk(graph);
    expect(findings).toMatchObject([
      {
        type: 'federatedCredential',
        status: 'neverExpires',
        stage: null,
        name: 'deploy-main',
        holder: { type: 'application', objectId: 'app-3' },
        likelyConsumers: [{ system: 'GitHub Actions', because: `subject ${github.subject}` }],
      },
    ]);
    expect([counts.neverExpires, counts.applications, incomplete]).toEqual([1, 45, []]);
    const batches = graph.calls.filter(({ url }) => url.pathname === '/v1.0/$batch');
    expect(batches).toHaveLength(3);
  });

  it('that may not be read are said so, and not asked for over and over', async () => {
    const graph = tenant(200, () => ({ status: 403, body: {} }));
    const { incomplete, counts } = await walk(graph);
    expect(counts.applications).toBe(200);
    expect(incomplete).toMatchObject([{ list: 'federatedIdentityCredentials' }]);
    expect(incomplete[0]?.reason).toContain('200 applications');
    expect(incomplete[0]?.reason).toContain('Application.Read.All');
    expect(graph.calls.filter(({ url }) => url.pathname === '/v1.0/$batch')).toHaveLength(3);
  });

  it('of an application that is gone meanwhile are nothing to worry about', async () => {
    const graph = tenant(1, () => ({ status: 404, body: {} }));
    expect((await walk(graph)).incomplete).toEqual([]);
  });
});
