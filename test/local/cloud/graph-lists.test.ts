import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

interface GraphPage {
  '@odata.context': string;
  '@odata.count'?: number;
  '@odata.nextLink'?: string;
  value: Record<string, unknown>[];
}

async function page(
  cloud: TestCloud,
  path: string,
  init?: Parameters<TestCloud['graph']>[1],
): Promise<GraphPage> {
  return (await (await cloud.graph(path, init)).json()) as GraphPage;
}

/** Follows every nextLink as a client would, by its real address. */
async function pages(cloud: TestCloud, path: string): Promise<GraphPage[]> {
  const all = [await page(cloud, path)];
  for (;;) {
    const next = all.at(-1)?.['@odata.nextLink'];
    if (next === undefined) return all;
    expect(next).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\//);
    all.push(await page(cloud, next.slice('https://graph.microsoft.com/v1.0'.length)));
  }
}

function applications(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({ id: `app-${index}` }));
}

describe('lists of the local Graph', () => {
  it('lists the seeded applications with every member, and no bytes of certificates', async () => {
    const cloud = testCloud();
    const { value } = await page(cloud, '/applications');
    expect(value.length).toBeGreaterThanOrEqual(58);
    const withCertificate = value.find(({ displayName }) => displayName === 'Intranet Search');
    expect(withCertificate?.['keyCredentials']).toMatchObject([{ key: null, usage: 'Verify' }]);
    expect(withCertificate).toHaveProperty('web.redirectUris');
  });

  it('shows the bytes of certificates only where keyCredentials is selected', async () => {
    const cloud = testCloud();
    const path = '/applications?$select=displayName,keyCredentials&$top=999';
    const { value, ...head } = await page(cloud, path);
    const found = value.find(({ displayName }) => displayName === 'Intranet Search');
    const [certificate] = (found?.['keyCredentials'] ?? []) as { key: string }[];
    expect(certificate?.key).toHaveLength(1200);
    expect(Object.keys(found ?? {})).toEqual(['displayName', 'keyCredentials']);
    expect(head['@odata.context']).toBe(
      'https://graph.microsoft.com/v1.0/$metadata#applications(displayName,keyCredentials)',
    );
  });

  it('never lists the value of a secret', async () => {
    const cloud = testCloud();
    const text = await (await cloud.graph('/applications?$top=999')).text();
    expect(text).not.toContain('opens-nothing-else');
    expect(text).toContain('"secretText":null');
  });

  it('serves 100 objects unless told, and 999 at most', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { applications: applications(1500) });
    expect((await page(cloud, '/applications')).value).toHaveLength(100);
    expect((await page(cloud, '/applications?$top=999')).value).toHaveLength(999);
    const refused = await cloud.graph('/applications?$top=1000');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: {
        message: "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
      },
    });
  });

  it('puts an empty page in between and serves one object twice, without a page more', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', {
      applications: applications(2203),
      paging: { emptyAfter: [1], repeat: ['app-500', 'app-2202'] },
    });
    const all = await pages(cloud, '/applications?$top=999&$select=id');
    expect(all.map(({ value }) => value.length)).toEqual([999, 0, 1000, 206]);
    const ids = all.flatMap(({ value }) => value.map(({ id }) => id));
    expect(ids).toHaveLength(2205);
    expect(new Set(ids).size).toBe(2203);
    expect(await pages(cloud, '/servicePrincipals?$top=999')).toHaveLength(1);
  });

  it('keeps pages as small as the tenant says', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { applications: applications(10), paging: { size: 4 } });
    const all = await pages(cloud, '/applications?$top=999');
    expect(all.map(({ value }) => value.length)).toEqual([4, 4, 2]);
  });

  it('refuses the page token of a directory that was replaced meanwhile', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { applications: applications(200) });
    const next = (await page(cloud, '/applications'))['@odata.nextLink'] ?? '';
    await cloud.control('PUT', 'tenant', { applications: applications(200) });
    const answer = await cloud.graph(next.slice('https://graph.microsoft.com/v1.0'.length));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'Directory_ExpiredPageToken' } });
  });

  it('finds one object by id, by appId in parentheses, and by filter', async () => {
    const cloud = testCloud();
    const app = { id: 'a1', appId: 'c1', displayName: 'One' };
    await cloud.control('PUT', 'tenant', { applications: [app, { id: 'a2', appId: 'c2' }] });
    expect(await (await cloud.graph('/applications/a1?$select=id')).json()).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications(id)/$entity',
      id: 'a1',
    });
    const byAppId = await cloud.graph("/applications(appId='c1')?$select=displayName");
    expect(await byAppId.json()).toMatchObject({ displayName: 'One' });
    const some = await page(cloud, "/applications?$select=id&$filter=appId in ('c2','c3','c1')");
    expect(some.value).toEqual([{ id: 'a2' }, { id: 'a1' }]);
    expect((await page(cloud, "/applications?$filter=id eq 'a2'")).value).toHaveLength(1);
  });

  it('answers what it does not have or understand as Graph does', async () => {
    const cloud = testCloud();
    const refusals: [string, number, string][] = [
      ['/applications/00000000-0000-0000-0000-000000000001', 404, 'Request_ResourceNotFound'],
      ["/applications?$filter=startswith(displayName,'A')", 400, 'BadRequest'],
      ["/applications?$filter=publisherDomain eq 'A'", 400, 'Request_UnsupportedQuery'],
      ['/applications?$select=nonsense', 400, 'BadRequest'],
      ['/applications?$expand=owners', 400, 'Request_UnsupportedQuery'],
      ['/applications/$count', 400, 'Request_BadRequest'],
      ['/groups', 400, 'BadRequest'],
      ['/me', 400, 'BadRequest'],
    ];
    for (const [path, status, code] of refusals) {
      const answer = await cloud.graph(path, { headers: { 'client-request-id': 'mine' } });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers.get('client-request-id')).toBe('mine');
      const { error } = (await answer.json()) as { error: Record<string, unknown> };
      expect(error).toMatchObject({
        code,
        message: expect.any(String) as string,
        innerError: {
          date: '2026-11-25T08:00:00',
          'request-id': answer.headers.get('request-id'),
          'client-request-id': 'mine',
        },
      });
    }
  });

  it('counts with ConsistencyLevel: eventual, on the first page only', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { applications: applications(150) });
    const eventual = { headers: { consistencylevel: 'eventual' } };
    const first = await page(cloud, '/applications?$count=true', eventual);
    expect(first['@odata.count']).toBe(150);
    const next = first['@odata.nextLink']?.slice('https://graph.microsoft.com/v1.0'.length) ?? '';
    expect(await page(cloud, next, eventual)).not.toHaveProperty('@odata.count');
    expect(await (await cloud.graph('/applications/$count', eventual)).text()).toBe('150');
  });

  it('answers on the Graph host of each cloud with links to that host', async () => {
    const cloud = testCloud();
    const authorization = `Bearer ${await cloud.token('https://graph.microsoft.us')}`;
    const answer = await cloud.json('/graph.microsoft.us/v1.0/applications?$top=1', {
      headers: { authorization },
    });
    expect(answer['@odata.nextLink']).toMatch(/^https:\/\/graph\.microsoft\.us\/v1\.0\//);
  });
});

describe('the tokens and permissions of the local Graph', () => {
  it('refuses calls without a token, with a foreign one, for another service, or after its end', async () => {
    const cloud = testCloud();
    const path = '/graph.microsoft.com/v1.0/applications';
    const ask = async (authorization?: string) =>
      cloud.call(path, { headers: authorization === undefined ? {} : { authorization } });
    const vaultToken = await cloud.token('https://vault.azure.net');
    const good = await cloud.token();
    expect((await ask(`Bearer ${good}`)).status).toBe(200);
    const bad = [undefined, 'Bearer x', `Bearer ${good.slice(0, -5)}AAAAA`, `Bearer ${vaultToken}`];
    for (const authorization of bad) {
      const answer = await ask(authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await answer.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
    }
    cloud.clock.advance(25 * 3_600_000);
    expect(await (await ask(`Bearer ${good}`)).json()).toMatchObject({
      error: { message: 'Lifetime validation failed, the token is expired.' },
    });
  });

  it('says Authorization_RequestDenied as soon as Application.Read.All is taken away', async () => {
    const cloud = testCloud();
    expect((await cloud.graph('/applications')).status).toBe(200);
    await cloud.control('PUT', 'permissions', { monitor: ['User.Read.All'] });
    const answer = await cloud.graph('/applications');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'Authorization_RequestDenied',
        message: 'Insufficient privileges to complete the operation.',
      },
    });
  });
});

describe('the limit on lists with keyCredentials', () => {
  it('answers 429 with Retry-After from the 151st call within a minute, per list', async () => {
    let ms = 0;
    const cloud = testCloud({ monotonicMs: () => ms });
    const path = '/applications?$select=keyCredentials&$top=1';
    for (let call = 0; call < 150; call += 1) expect((await cloud.graph(path)).status).toBe(200);
    ms = 20_000;
    const refused = await cloud.graph(path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(await refused.json()).toMatchObject({ error: { code: 'TooManyRequests' } });
    expect((await cloud.graph('/servicePrincipals?$select=keyCredentials')).status).toBe(200);
    expect((await cloud.graph('/applications?$select=id')).status).toBe(200);
    ms = 60_001;
    expect((await cloud.graph(path)).status).toBe(200);
  });

  it('can be switched off for measuring', async () => {
    const cloud = testCloud({ keyCredentialsPerMinute: 1 });
    const path = '/applications?$select=keyCredentials&$top=1';
    await cloud.graph(path);
    expect((await cloud.graph(path)).status).toBe(429);
    await cloud.control('PUT', 'throttle', { keyCredentialsPerMinute: null });
    expect((await cloud.graph(path)).status).toBe(200);
  });
});
