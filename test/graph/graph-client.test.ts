import { GraphError } from '@microsoft/microsoft-graph-client';
import { describe, expect, it, vi } from 'vitest';
import { getGraphJson } from '../../shared/graph/graph-client.ts';
import { graphFailure } from '../../shared/graph/graph-failure.ts';
import { retryAfterMs } from '../../shared/graph/graph-retry.ts';
import { graphError, json, scriptedGraph } from '../support/scripted-graph.ts';

const attempt = { reading: 'applications', permission: 'Application.Read.All' };
const NOW = Date.parse('2026-11-25T02:00:00Z');

async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return graphFailure(error, attempt);
}

describe('a call to Graph', () => {
  it('carries a token and asks for low priority', async () => {
    const { client, calls } = scriptedGraph(() => json({ value: [] }));
    await getGraphJson(client, '/applications');
    expect(calls[0]?.url.href).toBe('https://graph.microsoft.com/v1.0/applications');
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer a-token');
    expect(calls[0]?.headers.get('x-ms-throttle-priority')).toBe('low');
  });

  it('waits less for the answer to a mail than a claim on its warnings lives', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const { client, calls } = scriptedGraph(() => graphError(503));
    const sending = client.api('/users/keyturn@contoso.example/sendMail').post({});
    await expect(sending).rejects.toMatchObject({ statusCode: 503 });
    expect(calls).toHaveLength(1);
    expect(timeout.mock.calls.map(([ms]) => ms)).toEqual([25_000]);
    timeout.mockRestore();
  });

  it.each([
    ['0.249', 1_000],
    ['2.128', 2_128],
    ['Wed, 25 Nov 2026 02:00:07 GMT', 7_000],
    ['Wed, 25 Nov 2020 02:00:07 GMT', 1_000],
    ['86400', 60_000],
  ])('waits as Retry-After %s says, from a second to a minute', async (retryAfter, waitMs) => {
    const { client, clock, calls } = scriptedGraph(({ repeats }) =>
      repeats === 0
        ? graphError(429, 'TooManyRequests', { 'retry-after': retryAfter })
        : json({ value: [1] }),
    );
    expect(await getGraphJson(client, '/applications')).toEqual({ value: [1] });
    expect(clock.slept).toEqual([waitMs]);
    expect(calls).toHaveLength(2);
  });

  it.each([[undefined], ['abc'], ['-1']])(
    'backs off by itself when Retry-After is %s',
    async (header) => {
      const { client, clock } = scriptedGraph(({ repeats }) =>
        repeats < 2
          ? graphError(
              503,
              'serviceNotAvailable',
              header === undefined ? {} : { 'retry-after': header },
            )
          : json({}),
      );
      await getGraphJson(client, '/applications');
      expect(clock.slept).toEqual([1_000, 2_000]);
    },
  );

  it.each([500, 502, 503, 504, 429])(
    'gives up on a %s without Retry-After after four tries',
    async (status) => {
      const { client, clock, calls } = scriptedGraph(() => graphError(status));
      await expect(getGraphJson(client, '/applications')).rejects.toMatchObject({
        statusCode: status,
      });
      expect(calls).toHaveLength(4);
      expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(30_000);
    },
  );

  it('does not start another try when the thirty seconds are over', async () => {
    const graph = scriptedGraph(() => {
      graph.clock.advance(20_000);
      return graphError(500);
    });
    await expect(getGraphJson(graph.client, '/applications')).rejects.toBeInstanceOf(GraphError);
    expect(graph.calls).toHaveLength(2);
  });

  it('follows Retry-After more patiently, but not for ever', async () => {
    const { client, calls } = scriptedGraph(() => graphError(429, 'x', { 'retry-after': '5' }));
    const failure = await failureOf(getGraphJson(client, '/applications'));
    expect(failure.code).toBe('throttled');
    expect(calls).toHaveLength(8);
  });

  it.each([400, 401, 403, 404, 410])('does not repeat a %s', async (status) => {
    const { client, calls } = scriptedGraph(() => graphError(status));
    await expect(getGraphJson(client, '/applications')).rejects.toBeInstanceOf(GraphError);
    expect(calls).toHaveLength(1);
  });

  it('survives a connection that breaks', async () => {
    const { client } = scriptedGraph(({ repeats }) =>
      repeats < 3 ? new TypeError('fetch failed') : json({ value: [] }),
    );
    expect(await getGraphJson(client, '/applications')).toEqual({ value: [] });
  });

  it('asks again for an answer that was cut off', async () => {
    const { client, calls } = scriptedGraph(({ repeats }) =>
      repeats === 0
        ? new Response('{"value":[', { headers: { 'content-type': 'application/json' } })
        : json({ ok: 1 }),
    );
    expect(await getGraphJson(client, '/applications')).toEqual({ ok: 1 });
    expect(calls).toHaveLength(2);
  });

  it('reads an error that comes without content type', async () => {
    const body = JSON.stringify({ error: { code: 'Authorization_RequestDenied', message: 'no' } });
    const { client } = scriptedGraph(
      () => new Response(new TextEncoder().encode(body), { status: 403 }),
    );
    await expect(getGraphJson(client, '/applications')).rejects.toMatchObject({
      statusCode: 403,
      code: 'Authorization_RequestDenied',
    });
  });

  it('never repeats what would act twice', async () => {
    const { client, calls } = scriptedGraph(() => graphError(503));
    await expect(client.api('/users/a/sendMail').post({})).rejects.toBeInstanceOf(GraphError);
    expect(calls).toHaveLength(1);
  });

  it.each([
    'https://evil.example/v1.0/applications',
    'https://graph.microsoft.com@evil.example/v1.0/applications',
    'https://graph.microsoft.com:8443/v1.0/applications',
    'http://graph.microsoft.com/v1.0/applications',
    'http://evil.example/v1.0/applications',
  ])('is not sent to %s', async (url) => {
    const { client, calls } = scriptedGraph(() => json({}));
    const failure = await failureOf(getGraphJson(client, url));
    expect(calls).toHaveLength(0);
    expect(failure.message).toContain('another server');
  });

  it('follows no redirect', async () => {
    const { client, calls } = scriptedGraph(
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
    );
    await expect(getGraphJson(client, '/applications')).rejects.toBeInstanceOf(GraphError);
    expect(calls).toHaveLength(1);
  });

  it('lets 150 reads of certificates a minute leave for each list, and holds the next one back', async () => {
    const { client, clock, calls } = scriptedGraph(() => json({ value: [] }));
    for (let call = 0; call < 150; call += 1) {
      await getGraphJson(client, `/applications?$select=id,keyCredentials&$skiptoken=${call}`);
    }
    await getGraphJson(client, '/servicePrincipals?$select=id,keyCredentials');
    await getGraphJson(client, '/applications?$select=id');
    expect(clock.slept).toEqual([]);
    await getGraphJson(client, '/applications?$select=id,keyCredentials&$skiptoken=last');
    expect(clock.slept).toEqual([61_000]);
    expect(calls).toHaveLength(153);
  });
});

describe('a failure of Graph, in words', () => {
  it.each([
    [403, 'permission_missing', 'Application.Read.All'],
    [401, 'directory_unavailable', 'sign-in'],
    [429, 'throttled', 'wait'],
    [500, 'directory_unavailable', 'service health'],
    [404, 'directory_unavailable', 'refused a request'],
  ])('names what to do about %s', async (status, code, word) => {
    const { client } = scriptedGraph(() => graphError(status, 'Authorization_RequestDenied'));
    const failure = await failureOf(getGraphJson(client, '/applications'));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(word);
    expect(failure.message).toContain(`${status}`);
    expect(failure.message).not.toContain('secret detail');
  });

  it('names the network when nothing answers', async () => {
    const { client } = scriptedGraph(() => new TypeError('fetch failed'));
    expect((await failureOf(getGraphJson(client, '/applications'))).message).toContain('network');
  });
});

describe('Retry-After', () => {
  it.each([null, undefined, '', 'abc', '1 abc', '-5', '1e3', 'tomorrow, maybe'])(
    'says nothing: %s',
    (header) => {
      expect(retryAfterMs(header, NOW)).toBeNull();
    },
  );
});
