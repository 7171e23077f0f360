import { execFile, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runLocal, type CreateCloud, type Local } from '../../local/run-local.ts';
import { buildLocalRuntime, type LocalRuntime } from '../support/local-runtime.ts';

const fixture = 'test/fixtures/functions-app';
const id = '7b1c2d3e-0000-4000-8000-000000000001';
const key = { 'x-functions-key': 'keyturn-local-master' };

/** Emulators that tell what reached them. */
const echoCloud: CreateCloud = () => ({
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname.endsWith('/slow')) await setTimeout(400);
    if (url.pathname.endsWith('/gone')) return new Response(null, { status: 204 });
    if (url.pathname.endsWith('/big')) return new Response('x'.repeat(5_000_000));
    const text = await request.text();
    const headers = { authorization: request.headers.get('authorization') };
    return Response.json({
      method: request.method,
      path: url.pathname + url.search,
      text,
      headers,
    });
  },
});

let runtime: LocalRuntime;
let local: Local;

beforeAll(async () => {
  runtime = await buildLocalRuntime();
  local = await start();
});

afterAll(async () => {
  await local?.stop();
  await runtime?.remove();
});

function start(options: { app?: string; hosts?: number; port?: number } = {}): Promise<Local> {
  return runLocal(echoCloud, {
    port: 0,
    cloudPort: 0,
    app: fixture,
    runtime: runtime.directory,
    makeKeys: false,
    now: '2026-05-01T08:00:00Z',
    env: { KEYTURN_CHECK_SCHEDULE: '0 0 2 * * *' },
    ...options,
  });
}

interface Seen {
  pid: number;
  now: string;
  seen: { timer?: boolean; last?: string; at?: string; work?: unknown; tries?: number }[];
}

async function call(url: string, init?: RequestInit): Promise<Response> {
  return fetch(local.url + url, init);
}

async function seen(): Promise<Seen> {
  return (await (await call('/seen')).json()) as Seen;
}

async function outgoing(
  by: 'fetch' | 'impatientFetch' | 'https' | 'socket',
  url: string,
  body?: string,
) {
  const response = await call('/call', {
    method: 'POST',
    body: JSON.stringify({ by, url, body }),
  });
  return (await response.json()) as { status?: number; text?: string; message?: string };
}

async function enqueue(text: string, queue = 'work'): Promise<void> {
  await call(`/enqueue/${queue}`, { method: 'POST', body: text });
}

async function childrenOf(parent: number | undefined): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('HTTP through the local Functions host', () => {
  it('gives a function the route parameters, joined query parameters and the body', async () => {
    const url = `/ITEMS/${id}/a%20b?q=1&q=2`;
    const response = await call(url, { method: 'POST', body: 'hello' });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      params: { id, part: 'a b' },
      query: { q: '1,2' },
      body: 'hello',
    });
  });

  it('sends cookies, and the headers of host.json that the function left open', async () => {
    const { headers } = await call(`/items/${id}`, { method: 'POST' });
    expect(headers.get('set-cookie')).toBe('__Host-kt=v; Path=/; HttpOnly; Secure; SameSite=None');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-extra')).toBe('mine');
  });

  it('turns Location headers and url members to where a browser finds the emulated hosts', async () => {
    const response = await call(`/items/${id}`, { method: 'POST', redirect: 'manual' });
    const login = `${local.cloudUrl}/login.microsoftonline.com/t/authorize?a=1`;
    expect(response.headers.get('location')).toBe(login);
    expect(await response.json()).toMatchObject({
      url: `${local.cloudUrl}/graph.microsoft.com/v1.0/me`,
      portal: 'https://graph.microsoft.com/',
    });
  });

  it.each([
    ['GET', '/', 200],
    ['GET', '/nowhere', 404],
    ['GET', '/items/not-a-guid', 404],
    ['GET', `/items/${id}`, 404],
    ['HEAD', '/seen', 404],
    ['POST', '/keyed', 401],
    ['GET', '/nothing', 204],
    ['GET', '/broken', 500],
    ['POST', '/admin/functions/nightly', 401],
    ['GET', '/admin/host/status', 401],
  ])('answers %s %s with %d', async (method, url, status) => {
    expect((await call(url, { method })).status).toBe(status);
  });

  it('accepts the master key in the header before the one in the query', async () => {
    const good = '/keyed?code=keyturn-local-master';
    expect((await call(good, { method: 'POST' })).status).toBe(200);
    const wrong = { 'x-functions-key': 'wrong' };
    expect((await call(good, { method: 'POST', headers: wrong })).status).toBe(401);
    expect((await call('/admin/host/status', { headers: key })).status).toBe(200);
  });
});

describe('the network of a host process', () => {
  it.each(['fetch', 'https'] as const)('forwards an emulated host called by %s', async (by) => {
    const { status, text } = await outgoing(
      by,
      'https://graph.microsoft.com/v1.0/me?$top=1',
      'abc',
    );
    expect(status).toBe(200);
    expect(JSON.parse(text ?? '')).toMatchObject({
      method: 'POST',
      path: '/graph.microsoft.com/v1.0/me?$top=1',
      text: 'abc',
    });
    expect(await outgoing(by, 'https://graph.microsoft.com/gone')).toMatchObject({ status: 204 });
    const big = await outgoing(by, 'https://graph.microsoft.com/big');
    expect(big.text?.length).toBe(5_000_000);
  });

  it('lets a caller give up without harm', async () => {
    const { pid } = await seen();
    const { message } = await outgoing('impatientFetch', 'https://graph.microsoft.com/slow');
    expect(message).toContain('timeout');
    expect(await outgoing('fetch', 'https://graph.microsoft.com/slow')).toMatchObject({
      status: 200,
    });
    expect((await seen()).pid).toBe(pid);
  });

  it.each([
    ['fetch', 'https://evil.example/'],
    ['https', 'https://evil.example/'],
    ['socket', 'smtp://evil.example:25'],
    ['fetch', 'https://93.184.216.34/'],
    ['socket', 'smtp://93.184.216.34:25'],
    ['fetch', 'http://graph.microsoft.com/'],
    ['https', 'https://graph.microsoft.com:8443/'],
  ] as const)('refuses %s to %s and names the host', async (by, url) => {
    const { hostname } = new URL(url);
    expect((await outgoing(by, url)).message).toContain(hostname);
    expect((await outgoing(by, url)).message).toContain('refused');
  });
});

describe('timers and the clock', () => {
  beforeEach(() => local.hosts[0]?.restart());

  it('runs a timer that became due once, and answers when its queue message has been handled', async () => {
    await local.clock.set('2026-06-01T08:00:00Z');
    const before = (await seen()).seen.length;
    await local.clock.advance('P3D');
    const after = await seen();
    expect(after.now).toMatch(/^2026-06-04T08:00:0/);
    expect(after.seen.slice(before)).toMatchObject([{ timer: false }, { work: { n: 1 } }]);
    await local.clock.advance('PT0S');
    expect((await seen()).seen).toHaveLength(after.seen.length);
  });

  it('makes up once, as past due, for a run that was missed while no host ran', async () => {
    await local.clock.set('2026-07-01T08:00:00Z');
    const [host] = local.hosts;
    await host?.kill('SIGKILL');
    await local.clock.advance('P5D');
    await host?.restart();
    await local.clock.advance('PT0S');
    const timers = (await seen()).seen.filter((entry) => 'timer' in entry);
    expect(timers).toMatchObject([{ timer: true }]);
  });

  it('runs a timer when the host is asked to', async () => {
    const before = (await seen()).seen.length;
    const run = await call('/admin/functions/NIGHTLY', { method: 'POST', headers: key });
    expect(run.status).toBe(202);
    await local.clock.advance('PT0S');
    expect((await seen()).seen.slice(before)).toMatchObject([{ timer: false }, { work: { n: 1 } }]);
  });

  it('refuses a clock that cannot be read', async () => {
    await expect(local.clock.set('yesterday')).rejects.toThrow(RangeError);
    await expect(local.clock.advance('P1M')).rejects.toThrow(RangeError);
  });
});

describe('storage queue triggers', () => {
  const poison = () => new QueueClient(local.connectionString, 'work-poison');
  const poisoned = async () => {
    const { receivedMessageItems } = await poison().receiveMessages({ numberOfMessages: 32 });
    for (const item of receivedMessageItems)
      await poison().deleteMessage(item.messageId, item.popReceipt);
    return receivedMessageItems.map(({ messageText }) => messageText);
  };

  it('hands a base64 message over as JSON, with how often it was tried', async () => {
    await enqueue(base64({ n: 7 }));
    await local.clock.advance('PT0S');
    expect((await seen()).seen.at(-1)).toMatchObject({ work: { n: 7 }, tries: 1 });
  });

  it('tries a failing message again and moves it to the poison queue after the last try', async () => {
    const text = base64({ n: 8, fail: true });
    await enqueue(text);
    await local.clock.advance('PT0S');
    const tries = (await seen()).seen.filter(({ work }) => (work as { n?: number })?.n === 8);
    expect(tries.map((entry) => entry.tries)).toEqual([1, 2]);
    expect(await poisoned()).toEqual([text]);
  });

  it('moves a message that is not base64 to the poison queue untried', async () => {
    await enqueue('{"n":9}');
    await expect.poll(poisoned).toEqual(['{"n":9}']);
  });

  it('runs a queue function with the input that the host is given', async () => {
    const body = JSON.stringify({ input: '{"n":10}' });
    const headers = { ...key, 'content-type': 'application/json' };
    await call('/admin/functions/work', { method: 'POST', headers, body });
    await local.clock.advance('PT0S');
    expect((await seen()).seen.at(-1)).toMatchObject({ work: { n: 10 } });
  });
});

describe('starting and stopping', () => {
  it('starts a host again that ended by itself', async () => {
    const { pid } = await seen();
    await expect(call('/crash', { method: 'POST' })).rejects.toThrow();
    const next = async () => (await seen().catch(() => ({ pid }))).pid;
    await expect.poll(next, { timeout: 10_000 }).not.toBe(pid);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(local.url).port);
    await expect(start({ port })).rejects.toThrow(`port ${port} is taken`);
  });

  it('leaves no child behind when its process is killed', async () => {
    const parent = spawn(process.execPath, [await runtime.add('test/fixtures/local-parent.js')]);
    for await (const chunk of parent.stdout) if (String(chunk).includes('ready')) break;
    const children = await childrenOf(parent.pid);
    // Azurite and two hosts.
    expect(children).toHaveLength(3);
    parent.kill('SIGKILL');
    await expect.poll(() => children.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });

  it('spreads connections over several hosts and runs a timer in one of them', async () => {
    const two = await start({ hosts: 2 });
    const ask = async () => {
      const response = await fetch(`${two.url}/seen`, { headers: { connection: 'close' } });
      return (await response.json()) as Seen;
    };
    await two.clock.advance('PT24H');
    const answers = new Map<number, Seen>();
    for (let i = 0; i < 4; i++) {
      const answer = await ask();
      answers.set(answer.pid, answer);
    }
    await two.stop();
    expect(new Set(answers.keys())).toEqual(new Set(two.hosts.map(({ pid }) => pid)));
    const all = [...answers.values()].flatMap((answer) => answer.seen);
    expect(all.filter((entry) => 'timer' in entry)).toHaveLength(1);
    expect(all.filter((entry) => 'work' in entry)).toHaveLength(1);
  });
});
