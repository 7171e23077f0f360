import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import { startInstallation, type Installation, type SentRequest } from '../support/installation.ts';

const REQUESTS = 10_000;
const AT_ONCE = 512;
/** One that a person signed in for, and one of a program; each with the application that its refreshes name. */
const APPS = {
  'bc-production': seedAppId('SmartConnect BC Prod'),
  'reporting-a': seedAppId('BC Reporting'),
};
const IDS = Object.keys(APPS);

let keyturn: Installation;
beforeAll(async () => {
  keyturn = await startInstallation({ hosts: 4 });
});
afterAll(() => keyturn.stop());

/** A key of a connection, which is made where the local installation has none of this name. */
async function connected(id: string): Promise<string> {
  const headers = { authorization: `Bearer ${keyturn.keys?.admin}` };
  if (id !== 'bc-production') await make(id, headers);
  const key = await keyturn.call(`/api/connections/${id}/keys`, {
    method: 'POST',
    headers,
    body: { name: 'load' },
  });
  return ((await key.json()) as { key: string }).key;
}

async function make(id: string, headers: Record<string, string>): Promise<void> {
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

/** How often the provider was asked for tokens, by connection. */
async function tokenRequests(): Promise<number[]> {
  const sent = await keyturn.control<SentRequest[]>(
    'GET',
    'requests?host=login.microsoftonline.com',
  );
  const asked = sent.filter(
    ({ method, url }) => method === 'POST' && new URL(url).pathname.endsWith('/token'),
  );
  return Object.values(APPS).map(
    (appId) => asked.filter(({ body }) => JSON.stringify(body).includes(appId)).length,
  );
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
    for (const count of before) expect(count).toBeGreaterThanOrEqual(1);

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
    expect(await tokenRequests()).toEqual(before.map((count) => count + 1));
  });
});
