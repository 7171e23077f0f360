import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import { startInstallation, type Installation, type SentRequest } from '../support/installation.ts';

const REQUESTS = 10_000;
const AT_ONCE = 512;
const IDS = ['reporting-a', 'reporting-b'];

let keyturn: Installation;
beforeAll(async () => {
  keyturn = await startInstallation({ hosts: 4 });
});
afterAll(() => keyturn.stop());

/** A connection of an application of its own, and a key of it. */
async function connected(id: string): Promise<string> {
  const headers = { authorization: `Bearer ${keyturn.keys?.admin}` };
  const made = await keyturn.call(`/api/connections/${id}`, {
    method: 'PUT',
    headers,
    body: {
      displayName: id,
      kind: 'businessCentral',
      grantType: 'clientCredentials',
      clientId: seedAppId('BC Reporting'),
      clientSecret: 'bc-8Q~local.bc-repo.opens-nothing-else',
      serviceUrl: `https://api.businesscentral.dynamics.com/v2.0/${installation.tenantId}/Production/ODataV4/`,
    },
  });
  expect(made.status).toBe(201);
  const key = await keyturn.call(`/api/connections/${id}/keys`, {
    method: 'POST',
    headers,
    body: { name: 'load' },
  });
  return ((await key.json()) as { key: string }).key;
}

function get(url: string, options: http.RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => resolve(`${response.statusCode} ${text}`));
      })
      .on('error', reject);
  });
}

async function tokenRequests(): Promise<number> {
  const sent = await keyturn.control<SentRequest[]>(
    'GET',
    'requests?host=login.microsoftonline.com',
  );
  return sent.filter(
    ({ method, url, body }) =>
      method === 'POST' &&
      new URL(url).pathname.endsWith('/token') &&
      JSON.stringify(body).includes(seedAppId('BC Reporting')),
  ).length;
}

describe('ten thousand requests for expired tokens, 512 at a time, over four Functions hosts', () => {
  it('cost one call of the provider per connection', async () => {
    const keys = await Promise.all(IDS.map(connected));
    const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const ask = (index: number) =>
      get(`${keyturn.url}/api/connections/${IDS[index % IDS.length]}/token`, {
        agent,
        headers: { authorization: `Bearer ${keys[index % IDS.length]}` },
      });
    for (const index of IDS.keys()) expect(await ask(index)).toMatch(/^200 /);
    await keyturn.control('POST', 'clock', { advance: 'PT2H' });
    const before = await tokenRequests();
    expect(before).toBeGreaterThanOrEqual(IDS.length);

    const answers = new Map<string, number>();
    let next = 0;
    let later = 0;
    const lane = async (): Promise<void> => {
      while (next < REQUESTS) {
        next += 1;
        const index = next;
        let answer = await ask(index);
        // Who waits longer than five seconds for another host is told to come back, and does.
        while (answer.startsWith('503 ') && later < REQUESTS) {
          later += 1;
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          answer = await ask(index);
        }
        const token = /"access_token":"([^"]+)"/.exec(answer)?.[1] ?? answer.slice(0, 60);
        answers.set(token, (answers.get(token) ?? 0) + 1);
      }
    };
    const startedMs = Date.now();
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    agent.destroy();
    console.info(
      `${REQUESTS} requests over HTTP in ${Date.now() - startedMs} ms, ${later} told to come back`,
    );
    expect([...answers.values()]).toEqual(IDS.map(() => REQUESTS / IDS.length));
    expect((await tokenRequests()) - before).toBe(IDS.length);
  });
});
