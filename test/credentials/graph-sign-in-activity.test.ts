import { describe, expect, it } from 'vitest';
import { graphSignInActivity } from '../../shared/credentials/graph-sign-in-activity.ts';
import { graphError, json, scriptedGraph, type GraphCall } from '../support/scripted-graph.ts';

const GRAPH = 'https://graph.microsoft.com';
const PATH = '/beta/reports/appCredentialSignInActivities';

function activity(script: (call: GraphCall) => Response) {
  const { client, calls } = scriptedGraph(script);
  return { read: () => graphSignInActivity({ client, graphUrl: GRAPH }).read(), calls };
}

function row(keyId: unknown, lastSignInDateTime: unknown) {
  return { keyId, signInActivity: { lastSignInDateTime } };
}

describe('sign-in activity from Graph', () => {
  it('is read page after page from beta, the latest of a credential’s rows counting', async () => {
    const { read, calls } = activity(({ url }) =>
      url.searchParams.has('$skiptoken')
        ? json({
            value: [row('AAAA', '2026-11-20T08:00:00Z'), row('bbbb', '2026-11-01T00:00:00Z')],
          })
        : json({
            value: [row('aaaa', '2026-11-24T08:00:00.1234567Z')],
            '@odata.nextLink': `${GRAPH}${PATH}?$skiptoken=x`,
          }),
    );
    const { lastSeen, incomplete } = await read();
    expect(incomplete).toBeNull();
    expect([...lastSeen].map(([keyId, at]) => `${keyId} ${at.toISOString()}`)).toEqual([
      'aaaa 2026-11-24T08:00:00.123Z',
      'bbbb 2026-11-01T00:00:00.000Z',
    ]);
    expect(calls.map(({ url }) => url.pathname)).toEqual([PATH, PATH]);
  });

  it('passes over rows without a date or a key', async () => {
    const rows = [row('a', null), row(null, '2026-11-01T00:00:00Z'), row('b', 'soon'), null, 7];
    const { lastSeen, incomplete } = await activity(() => json({ value: rows })).read();
    expect([lastSeen.size, incomplete]).toEqual([0, null]);
  });

  it('names the permission that it lacks, and asks once', async () => {
    const { read, calls } = activity(() => graphError(403, 'Authorization_RequestDenied'));
    const { lastSeen, incomplete } = await read();
    expect(lastSeen.size).toBe(0);
    expect(incomplete).toContain('AuditLog.Read.All');
    expect(calls).toHaveLength(1);
  });

  it('keeps what it read when a later page fails, and says that it is not all', async () => {
    const { read } = activity(({ url }) =>
      url.searchParams.has('$skiptoken')
        ? graphError(400, 'BadRequest')
        : json({
            value: [row('a', '2026-11-24T08:00:00Z')],
            '@odata.nextLink': `${GRAPH}${PATH}?$skiptoken=x`,
          }),
    );
    const { lastSeen, incomplete } = await read();
    expect(lastSeen.size).toBe(1);
    expect(incomplete).not.toBeNull();
  });

  it('says so when the answer is no list', async () => {
    expect((await activity(() => json({ value: 'no' })).read()).incomplete).toContain('not a list');
  });
});
