/**
 * `npm run bench`: reading a large tenant, against a bare loop that fetches and parses the same pages in the same run.
 * Prints calls, the ratio of wall times and peak memory at 10 000 and 100 000 applications with two credentials each.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SIZES = [10_000, 100_000];
const PAIRS = 5;
const OWN_PATH = fileURLToPath(import.meta.url);
const NETWORK = new URL('../local/network.js', import.meta.url).href;
const GRAPH = 'graph.microsoft.com';

interface Reading {
  wallMs: number;
  peakMb: number;
  credentials: number;
}

const server = fork(siblingOf('scan-server.js'));
const [{ port, identityHeader, clientId }] = (await once(server, 'message')) as [
  { port: number; identityHeader: string; clientId: string },
];
const control = `http://127.0.0.1:${port}/_control`;

process.on('exit', () => server.kill());
for (const applications of SIZES) {
  await send('PUT', 'tenant', { generate: { applications, credentialsEach: 2, seed: 1 } });
  await send('DELETE', 'requests');
  await read('keyturn'); // Warms the server's pages, and shows which pages are read.
  const calls = (await (await fetch(`${control}/requests?host=${GRAPH}`)).json()) as {
    url: string;
  }[];
  const firstPages = calls.map(({ url }) => url).filter((url) => !/skiptoken|batch/i.test(url));
  const pairs: { bare: Reading; keyturn: Reading }[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    pairs.push({ bare: await read('bare', firstPages), keyturn: await read('keyturn') });
  }
  report(applications, calls.length, pairs);
}
server.kill();

function report(applications: number, calls: number, pairs: { bare: Reading; keyturn: Reading }[]) {
  const ratio = median(pairs.map(({ bare, keyturn }) => keyturn.wallMs / bare.wallMs));
  const bareMb = median(pairs.map(({ bare }) => bare.peakMb));
  const keyturnMb = median(pairs.map(({ keyturn }) => keyturn.peakMb));
  const credentials = pairs[0]?.keyturn.credentials ?? 0;
  console.log(
    [
      `${applications} applications, ${credentials} credentials:`,
      `${calls} calls,`,
      `wall ${ratio.toFixed(2)} x the bare loop (median of ${PAIRS} pairs),`,
      `peak memory ${keyturnMb.toFixed(0)} MB against ${bareMb.toFixed(0)} MB`,
      `(${(keyturnMb - bareMb).toFixed(0)} MB more)`,
    ].join(' '),
  );
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Reads the tenant in a process of its own, so that its peak memory is its own too. */
async function read(reader: 'bare' | 'keyturn', firstPages: string[] = []): Promise<Reading> {
  const child: ChildProcess = fork(siblingOf(`scan-${reader}.js`), [clientId, ...firstPages], {
    execArgv: ['--import', NETWORK],
    env: {
      PATH: process.env['PATH'],
      KEYTURN_LOCAL_CLOUD_PORT: String(port),
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: identityHeader,
    },
  });
  const failure = failureOf(child);
  failure.catch(() => undefined);
  const [reading] = (await Promise.race([once(child, 'message'), failure])) as [Reading];
  child.kill();
  return reading;
}

async function send(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${control}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

async function failureOf(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error('the reader ended without a reading');
}

function siblingOf(name: string): string {
  return OWN_PATH.replace(/[^/\\]+$/, name);
}
