/**
 * `npm run bench:tokens`: how many tokens a second one Functions host answers from memory, against a bare handler that
 * returns the same bytes through the same host in the same run.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { glob } from 'tinyglobby';
import { installation } from '../local/cloud/installation.ts';
import { seedAppId } from '../local/cloud/seed-apis.ts';
import { startLocal } from '../local/local-cloud.ts';

const PAIRS = 7;
const REQUESTS = 3_000;
const AT_ONCE = 32;
const ID = 'bench-reporting';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const app = await benchApp();
const local = await startLocal({
  port: 0,
  cloudPort: 0,
  app,
  runtime: path.join(ROOT, 'dist/local'),
  print: () => undefined,
});
try {
  await measure(await connectionKey());
} finally {
  await local.stop();
  await rm(app, { recursive: true });
}

async function measure(key: string): Promise<void> {
  const token = { path: `/api/connections/${ID}/token`, key };
  const bare = { path: '/api/bare', key };
  const body = await (await call('GET', token)).text();
  await call('PUT', { ...bare, body });
  for (const warmUp of [token, bare]) await throughput(warmUp);
  const ratios: number[] = [];
  const perSecond: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const ours = await throughput(token);
    perSecond.push(ours);
    ratios.push(ours / (await throughput(bare)));
  }
  console.log(
    [
      `cached tokens: ${median(ratios).toFixed(2)} x the throughput of a bare handler`,
      `(median of ${PAIRS} pairs of ${REQUESTS} requests, ${AT_ONCE} at a time, one host;`,
      `${median(perSecond).toFixed(0)} tokens a second on this machine)`,
    ].join(' '),
  );
}

/** The product's functions and the bare one, as one app: wrappers, since the bundles import each other by place. */
async function benchApp(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'keyturn-bench-'));
  const files = await glob(['dist/functions/*.js', 'dist/bench/tokens-bare.js'], {
    cwd: ROOT,
    absolute: true,
  });
  for (const file of files) {
    const wrapper = `import ${JSON.stringify(pathToFileURL(file).href)};\n`;
    await writeFile(path.join(directory, path.basename(file)), wrapper);
  }
  await writeFile(path.join(directory, 'package.json'), '{"type":"module","main":"*.js"}');
  await cp(path.join(ROOT, 'host.json'), path.join(directory, 'host.json'));
  return directory;
}

/** A connection of its own to the local Business Central, and a key of it. */
async function connectionKey(): Promise<string> {
  const admin = local.keys?.admin ?? '';
  await call('PUT', {
    path: `/api/connections/${ID}`,
    key: admin,
    body: JSON.stringify({
      displayName: 'Bench',
      kind: 'businessCentral',
      grantType: 'clientCredentials',
      clientId: seedAppId('BC Reporting'),
      clientSecret: 'bc-8Q~local.bc-repo.opens-nothing-else',
      serviceUrl: `https://api.businesscentral.dynamics.com/v2.0/${installation.tenantId}/Production/ODataV4/`,
    }),
  });
  const made = await call('POST', {
    path: `/api/connections/${ID}/keys`,
    key: admin,
    body: JSON.stringify({ name: 'bench' }),
  });
  return ((await made.json()) as { key: string }).key;
}

async function call(
  method: string,
  { path: at, key, body }: { path: string; key: string; body?: string },
): Promise<Response> {
  const response = await fetch(local.url + at, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${await response.text()}`);
  return response;
}

/** Requests a second. */
async function throughput({ path: at, key }: { path: string; key: string }): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const options = { agent, headers: { authorization: `Bearer ${key}` } };
  const startedMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < REQUESTS) {
      next += 1;
      await get(local.url + at, options);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  return REQUESTS / seconds;
}

function get(url: string, options: http.RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      );
    };
    http.get(url, options, answered).on('error', reject);
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
