import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

interface BatchAnswer {
  responses: { id: string; status: number; headers: Record<string, string>; body: unknown }[];
}

function steps(count: number): { id: string; method: string; url: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    method: 'GET',
    url: `/applications/app-${index}/owners`,
  }));
}

async function batch(cloud: TestCloud, requests: unknown): Promise<Response> {
  return cloud.graph('/$batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests }),
  });
}

async function cloudWithApplications(): Promise<TestCloud> {
  const cloud = testCloud();
  const applications = Array.from({ length: 20 }, (_, index) => ({
    id: `app-${index}`,
    owners: ['anna'],
  }));
  await cloud.control('PUT', 'tenant', {
    applications,
    users: [{ id: 'anna', mail: 'a@b.example' }],
  });
  return cloud;
}

describe('$batch of the local Graph', () => {
  it('answers every item by its id, in another order than asked', async () => {
    const cloud = await cloudWithApplications();
    const { responses } = (await (await batch(cloud, steps(20))).json()) as BatchAnswer;
    const ids = responses.map(({ id }) => id);
    expect(ids).not.toEqual(steps(20).map(({ id }) => id));
    expect(new Set(ids).size).toBe(20);
    const seventh = responses.find(({ id }) => id === '7');
    expect(seventh).toMatchObject({ status: 200, body: { value: [{ id: 'anna' }] } });
    expect(seventh?.headers['Content-Type']).toContain('application/json');
  });

  it('keeps the error of one item to that item', async () => {
    const cloud = await cloudWithApplications();
    const requests = [...steps(2), { id: 'x', method: 'GET', url: '/applications/nobody' }];
    const { responses } = (await (await batch(cloud, requests)).json()) as BatchAnswer;
    expect(responses.find(({ id }) => id === 'x')).toMatchObject({
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound' } },
    });
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(2);
  });

  it('refuses more than 20 items and repeated ids', async () => {
    const cloud = await cloudWithApplications();
    const tooMany = await batch(cloud, steps(21));
    expect(tooMany.status).toBe(400);
    expect(await tooMany.json()).toMatchObject({ error: { code: 'MaximumValueExceeded' } });
    const [step] = steps(1);
    expect((await batch(cloud, [step, step])).status).toBe(400);
  });

  it('lets a fault answer one item, with its header, and is one entry of the request log', async () => {
    const cloud = await cloudWithApplications();
    await cloud.control('POST', 'faults', {
      host: 'graph.microsoft.com',
      path: '/applications/app-7/owners',
      times: 1,
      status: 429,
      headers: { 'Retry-After': '0.249' },
      body: { error: { code: 'TooManyRequests', message: 'Please retry' } },
    });
    const { responses } = (await (await batch(cloud, steps(20))).json()) as BatchAnswer;
    const limited = responses.filter(({ status }) => status !== 200);
    expect(limited).toEqual([
      {
        id: '7',
        status: 429,
        headers: { 'Content-Type': 'application/json', 'Retry-After': '0.249' },
        body: { error: { code: 'TooManyRequests', message: 'Please retry' } },
      },
    ]);
    const again = (await (await batch(cloud, steps(20))).json()) as BatchAnswer;
    expect(again.responses.every(({ status }) => status === 200)).toBe(true);
    const log = cloud.world.requests.list('graph.microsoft.com');
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({
      method: 'POST',
      url: 'https://graph.microsoft.com/v1.0/$batch',
      body: { requests: steps(20) },
    });
  });

  it('breaks off the whole batch where a fault drops one of its items', async () => {
    const cloud = await cloudWithApplications();
    await cloud.control('POST', 'faults', {
      host: 'graph.microsoft.com',
      path: 'app-3/owners',
      drop: true,
    });
    await expect((await batch(cloud, steps(5))).text()).rejects.toThrow('dropped');
  });
});
