import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerHttp, type BrokerHttp } from '../support/broker-http.ts';
import type { SentRequest } from '../support/http-call.ts';

const ID = 'bc-production';
const run = promisify(execFile);
let broker: BrokerHttp;
let key: string;
let server: Server;
let address: string;

beforeAll(async () => {
  broker = await brokerHttp();
  key = await broker.connect(ID);
  server = createServer((request, response) => {
    void served(request).then(({ status, headers, text }) => {
      response.writeHead(status, Object.fromEntries(headers)).end(text);
      return status;
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  address = `http://127.0.0.1:${port}/api/connections/${ID}/token`;
});
afterAll(() => server.close());

async function served(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const body = Buffer.concat(chunks).toString('utf8');
  return broker.token(ID, {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    ...(body === '' ? {} : { body }),
  });
}

const tokenIn = (text: string) => (JSON.parse(text) as Record<string, unknown>)['access_token'];

describe('the recipe for', () => {
  it('curl works in curl', async () => {
    const withKey = await run('curl', ['-s', address, '-H', `X-Keyturn-Key: ${key}`]);
    const basic = ['-s', address, '-u', `curl:${key}`, '-d', 'grant_type=client_credentials'];
    expect(tokenIn(withKey.stdout)).toMatch(/^eyJ/);
    expect(tokenIn((await run('curl', basic)).stdout)).toBe(tokenIn(withKey.stdout));
  });

  it('Python works in Python', async () => {
    // As requests sends it, by what every Python has.
    const script = [
      'import base64, os, urllib.parse, urllib.request',
      'data = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()',
      'request = urllib.request.Request(os.environ["ADDRESS"], data=data)',
      'basic = base64.b64encode(("python:" + os.environ["KEY"]).encode()).decode()',
      'request.add_header("Authorization", "Basic " + basic)',
      'print(urllib.request.urlopen(request).read().decode())',
    ].join('\n');
    const env = { ...process.env, ADDRESS: address, KEY: key };
    const { stdout } = await run('python3', ['-c', script], { env });
    expect(tokenIn(stdout)).toMatch(/^eyJ/);
  });

  it.each([
    ['post', client.ClientSecretPost],
    ['basic', client.ClientSecretBasic],
  ])('any OAuth client works in openid-client (%s)', async (_name, method) => {
    const metadata = { issuer: new URL(address).origin, token_endpoint: address };
    const config = new client.Configuration(metadata, 'any-client', key, method(key));
    client.allowInsecureRequests(config);
    const tokens = await client.clientCredentialsGrant(config);
    expect(tokens.access_token).toMatch(/^eyJ/);
    expect(tokens.expires_in).toBeGreaterThan(0);
  });

  it('any OAuth client tells a wrong key as openid-client understands it', async () => {
    const metadata = { issuer: new URL(address).origin, token_endpoint: address };
    const config = new client.Configuration(metadata, 'any-client', 'wrong');
    client.allowInsecureRequests(config);
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({
      error: 'invalid_client',
      status: 401,
    });
  });

  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const requests: [string, () => SentRequest][] = [
    [
      'SmartConnect',
      () => ({
        method: 'POST',
        headers: FORM,
        body: `username=smartconnect&password=${key}&min_ttl=2100`,
      }),
    ],
    [
      'PowerShell',
      () => ({ method: 'POST', headers: FORM, body: `client_id=powershell&client_secret=${key}` }),
    ],
    ['C#', () => ({ path: '/x?minTtl=600', headers: { authorization: `Bearer ${key}` } })],
    [
      'Power Query',
      () => ({
        method: 'POST',
        headers: FORM,
        body: `grant_type=client_credentials&client_id=powerquery&client_secret=${key}`,
      }),
    ],
    [
      'Power Automate',
      () => ({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: { client_id: 'flow', client_secret: key },
      }),
    ],
    ['a custom connector', () => ({ headers: { 'x-keyturn-key': key } })],
  ];
  it.each(requests)('%s works by its exact request', async (_name, sent) => {
    const answer = await broker.token(ID, sent());
    expect(answer.status, answer.text).toBe(200);
    expect(tokenIn(answer.text)).toMatch(/^eyJ/);
  });
});
