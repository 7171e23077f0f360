import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/free-ports.ts';

/** The way that the README goes: `npm start`, a night, the mails, a second night. Runs what `node build.mjs` built. */
let start: ChildProcess;
let url: string;
let cloudUrl: string;
const printed: string[] = [];

beforeAll(async () => {
  const [port, cloudPort] = await freePorts(2);
  url = `http://localhost:${port}`;
  cloudUrl = `http://localhost:${cloudPort}`;
  const flags = ['--port', String(port), '--cloud-port', String(cloudPort), '--quiet'];
  start = spawn(process.execPath, ['dist/local/start.js', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (start.stdout === null) throw new Error('no output');
  for await (const line of createInterface(start.stdout)) {
    printed.push(line);
    if (line === 'ready') return;
  }
  throw new Error('npm start ended before it was ready');
});

afterAll(() => {
  start.kill('SIGKILL');
});

interface Mail {
  to: string[];
  subject: string;
  text: string;
  html: string;
}

async function mails(): Promise<Mail[]> {
  return (await (await fetch(`${cloudUrl}/_control/mail`)).json()) as Mail[];
}

async function night(): Promise<void> {
  const headers = { 'x-functions-key': 'keyturn-local-master' };
  const run = await fetch(`${url}/admin/functions/checkNightly`, { method: 'POST', headers });
  expect(run.status).toBe(202);
  const waited = await fetch(`${cloudUrl}/_control/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: 'PT0S' }),
  });
  expect(waited.status).toBe(200);
}

/** `keyturn doctor`, built, against this installation. */
async function doctor(): Promise<{ code: number; out: string }> {
  const keys = (await (await fetch(`${cloudUrl}/_control/keys`)).json()) as { reader: string };
  const env = { PATH: process.env['PATH'], KEYTURN_URL: url, KEYTURN_KEY: keys.reader };
  const ran = promisify(execFile)(process.execPath, ['dist/cli/keyturn.js', 'doctor'], { env });
  return ran.then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout + error.stderr,
    }),
  );
}

describe('the first night on a fresh clone', () => {
  it('prints nothing but ready with --quiet', () => {
    expect(printed).toEqual(['ready']);
  });

  it('is reachable and has an inbox without mail', async () => {
    expect((await fetch(`${url}/api/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect((await fetch(`${cloudUrl}/`)).status).toBe(200);
    expect(await mails()).toEqual([]);
  });

  it('sends each owner and the operators what ends and what to do', async () => {
    await night();
    const sent = await mails();
    expect(sent.length).toBeGreaterThan(0);
    for (const mail of sent) {
      expect(mail.subject).toMatch(/^\[Keyturn · Contoso\] /);
      expect(mail.to).toEqual([expect.stringMatching(/@(contoso|fabrikam)\.example$/)]);
      expect(mail.text).not.toBe('');
      expect(mail.html).not.toBe('');
    }
  });

  it('is well: permissions, clock, storage, vaults, channels, timers', async () => {
    const { code, out } = await doctor();
    expect(out).not.toContain('FAILED');
    expect(code).toBe(0);
    expect(out).toContain("The state account's blobs answer.");
    expect(out).toContain('The clock is right');
    expect(out).toMatch(/mail took a message at/);
  });

  it('sends nothing in a second night, because everybody knows', async () => {
    const before = await mails();
    await night();
    expect(await mails()).toEqual(before);
  });

  it('lists what it found to the holder of the reader key', async () => {
    const keys = (await (await fetch(`${cloudUrl}/_control/keys`)).json()) as { reader: string };
    const headers = { authorization: `Bearer ${keys.reader}` };
    const answer = await fetch(`${url}/api/findings`, { headers });
    expect(answer.status).toBe(200);
    const { findings } = (await answer.json()) as { findings: unknown[] };
    expect(findings.length).toBeGreaterThan(0);
  });

  it('stops everything on Ctrl-C', async () => {
    const ended = new Promise<number | null>((resolve) => {
      start.once('exit', (code) => resolve(code));
    });
    start.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    await expect(fetch(cloudUrl)).rejects.toThrow();
  });
});
