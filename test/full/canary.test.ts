import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { application, guid, inDays, NOW, secret, user } from '../support/graph-tenant.ts';
import {
  startInstallation,
  type Call,
  type Installation,
  type RunAnswer,
} from '../support/installation.ts';
import { everythingStored, type Kept } from '../support/stored-everything.ts';
import { expectNowhere, holds } from '../support/canaries.ts';

const ANNA = user('anna');
/** What Entra would show once; a directory that shows it again must not make us pass it on. */
const SECRET_TEXT = 'Ab3~8Q~canary.secret-text.of-an-application.x9Y';
/** A well-formed key that nobody was given, and one that stands where none belongs. */
const WRONG_KEY = `kt_admin_stolen_${'C4n4ry_'.repeat(7).slice(0, 43)}`;
const TYPED_SECRET = 'c4n4ry-typed-into-the-wrong-place';

interface Answered {
  call: string;
  status: number;
  text: string;
}

let keyturn: Installation;
let token: string;
const answers: Answered[] = [];
const kept: Kept[] = [];

beforeAll(async () => {
  keyturn = await startInstallation({ now: NOW, verbose: true });
  await keyturn.control('PUT', 'tenant', {
    applications: [
      application(1, {
        owners: [ANNA.id],
        notes: 'nothing secret',
        passwordCredentials: [{ ...secret(guid('c0', 1), 5.5), secretText: SECRET_TEXT }],
        keyCredentials: [
          {
            keyId: guid('c1', 1),
            displayName: 'CN=orders',
            type: 'X509CertAndPassword',
            usage: 'Sign',
            key: Buffer.from(TYPED_SECRET).toString('base64'),
            startDateTime: inDays(-300),
            endDateTime: inDays(20),
          },
        ],
      }),
    ],
    users: [ANNA],
  });
  token = await tokenOfTheIdentity();
  await goodNight();
  await badNights();
  await everyRoute();
  await linksInMails();
  await cutShort();
  kept.push(...(await everythingStored(keyturn.connectionString)));
});

afterAll(() => keyturn?.stop());

/** A token as the product gets it; it also serves as one that somebody sends to the wrong service. */
async function tokenOfTheIdentity(): Promise<string> {
  const query = new URLSearchParams({
    'api-version': '2019-08-01',
    resource: 'https://graph.microsoft.com',
    client_id: installation.identities.monitor.clientId,
  });
  const response = await fetch(`${keyturn.cloudUrl}/msi/token?${query.toString()}`, {
    headers: { 'x-identity-header': installation.identityHeader },
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function goodNight(): Promise<void> {
  const headers = { 'x-functions-key': keyturn.masterKey };
  await keyturn.call('/admin/functions/checkNightly', { method: 'POST', headers });
  await keyturn.settle();
}

async function fault(path: string, answer: Record<string, unknown>): Promise<void> {
  await keyturn.control('POST', 'faults', { host: 'graph.microsoft.com', path, ...answer });
}

/** A directory that shows secrets, and services whose errors quote what they were sent. */
async function badNights(): Promise<void> {
  const shown = application(2, {
    passwordCredentials: [{ ...secret(guid('c0', 2), 3.5), secretText: SECRET_TEXT }],
    accessToken: token,
  });
  await fault('^/v1\\.0/applications\\?', { times: 1, body: { value: [shown] } });
  expect((await keyturn.check()).counts).toMatchObject({ applications: 1, expiring: 1 });
  const quoted = { error: { code: 'Broken', message: `You sent Authorization: Bearer ${token}` } };
  await fault('^/v1\\.0/applications\\?', { status: 403, body: quoted });
  expect((await keyturn.check()).status).toBe('failed');
  await keyturn.control('DELETE', 'faults');
  const next = application(3, { passwordCredentials: [secret(guid('c0', 3), 2.5)] });
  await keyturn.control('PUT', 'tenant', { applications: [next], users: [ANNA] });
  await fault('\\$batch', { status: 400, body: quoted });
  await fault('/sendMail$', { status: 403, body: quoted });
  expect((await keyturn.check()).status).toBe('partial');
  await keyturn.control('DELETE', 'faults');
  await brokenChannels();
}

/** A channel that quotes its own address and what it was sent, when it is tested and when it is used. */
async function brokenChannels(): Promise<void> {
  for (const url of [installation.teamsWebhookUrl, installation.webhookUrl]) {
    const host = new URL(url).hostname;
    const error = { code: 'Broken', message: `${url} ${installation.webhookSecret}` };
    await keyturn.control('POST', 'faults', { host, status: 400, body: { error } });
  }
  const headers = { authorization: `Bearer ${keyturn.keys?.admin}` };
  for (const channel of ['mail', 'teams', 'webhook'])
    await ask('/api/alerts/test', { method: 'POST', headers, body: { channel } });
  const last = application(4, { passwordCredentials: [secret(guid('c0', 4), 1.5)] });
  await keyturn.control('PUT', 'tenant', { applications: [last], users: [ANNA] });
  await keyturn.check();
  await keyturn.control('DELETE', 'faults');
}

/** What stands in mails behind the # of links. */
async function linkTokens(): Promise<string[]> {
  const mails = await keyturn.mails();
  return mails.flatMap(({ text }) => text.match(/(?<=\/act#)[\w.~-]+/g) ?? []);
}

/** The links of mails, as they are meant and as they are not. */
async function linksInMails(): Promise<void> {
  const [token = ''] = await linkTokens();
  for (const body of [
    { token },
    { token, choice: 'snooze', until: 'never' },
    { token, choice: 'no such choice' },
    { token: `${token}x` },
    { token: [token] },
  ]) {
    await ask('/api/act', { method: 'POST', body });
  }
  await ask(`/act?token=${token}`, {});
}

/** Each route with a good key, without one, with keys and bodies that are wrong. */
async function everyRoute(): Promise<void> {
  const { admin, reader } = keyturn.keys ?? { admin: '', reader: '' };
  const [run] = (await keyturn.read<{ runs: RunAnswer[] }>('/api/checks')).runs;
  const routes = [
    'GET /',
    'GET /api/health',
    'GET /api/health/live',
    'GET /api/openapi.json',
    'GET /api/checks',
    `GET /api/checks/${run?.runId}`,
    'GET /api/checks/no-such-run',
    'POST /api/checks',
    'GET /api/setup',
    'GET /api/findings',
    'GET /api/findings?format=csv',
    'GET /api/findings?format=ics',
    'GET /api/findings?limit=0',
    'GET /act',
    'POST /api/act',
    'GET /api/keys',
    'DELETE /api/keys/no-such-key',
    'POST /api/alerts/test',
  ];
  const credentials: Record<string, string>[] = [
    {},
    { authorization: `Bearer ${admin}` },
    { authorization: `Bearer ${reader}` },
    { 'x-keyturn-key': reader },
    { 'x-keyturn-key': WRONG_KEY },
    { authorization: `Bearer ${WRONG_KEY}` },
    { authorization: `Bearer ${token}` },
    { authorization: `Basic ${TYPED_SECRET}`, cookie: `session=${TYPED_SECRET}` },
    { 'x-functions-key': keyturn.masterKey },
    { 'x-identity-header': installation.identityHeader },
  ];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    for (const headers of credentials) await ask(path, { method, headers });
  }
  // Where people put keys although they should not.
  await ask(`/api/findings?code=${WRONG_KEY}&key=${TYPED_SECRET}`, {});
  await ask(`/api/checks/${TYPED_SECRET}?sig=${TYPED_SECRET}`, {
    headers: { 'x-keyturn-key': reader },
  });
  await badKeyRequests();
}

async function badKeyRequests(): Promise<void> {
  const master = { 'x-functions-key': keyturn.masterKey };
  const bodies: unknown[] = [
    `{"role":"admin","name":"${TYPED_SECRET}`,
    { role: TYPED_SECRET, name: 'one' },
    { role: 'admin', name: `${TYPED_SECRET} ${WRONG_KEY}` },
    { role: 'admin', name: 'one', key: WRONG_KEY },
    { role: 'admin', name: 'one', expiresAt: TYPED_SECRET },
    { role: 'admin', name: 'local-admin' },
    'x'.repeat(70_000) + TYPED_SECRET,
  ];
  for (const body of bodies) {
    await ask('/api/keys', { method: 'POST', headers: master, body });
    await ask('/api/keys', { method: 'POST', body });
    await ask('/api/checks', { method: 'POST', headers: { 'x-keyturn-key': WRONG_KEY }, body });
  }
  for (const choice of [undefined, 'askAdmin', TYPED_SECRET]) {
    const body = { token: TYPED_SECRET, choice, because: TYPED_SECRET };
    await ask('/api/act', { method: 'POST', body });
  }
  const wrongMaster = { 'x-functions-key': TYPED_SECRET };
  await ask('/admin/functions/checkNightly', { method: 'POST', headers: wrongMaster });
}

async function ask(path: string, call: Call): Promise<void> {
  const response = await keyturn.call(path, call);
  const headers = JSON.stringify([...response.headers]);
  const text = `${headers}\n${await response.text()}`;
  answers.push({ call: `${call.method ?? 'GET'} ${path}`, status: response.status, text });
}

/** A check that dies in the middle, so that queue messages are left to look at. */
async function cutShort(): Promise<void> {
  await keyturn.settle();
  await fault('^/v1\\.0/applications\\?', { delayMs: 5_000 });
  const runId = await keyturn.startCheck();
  const [host] = keyturn.hosts;
  const status = async () => (await keyturn.read<RunAnswer>(`/api/checks/${runId}`)).status;
  await vi.waitFor(async () => expect(await status()).toBe('running'), { timeout: 10_000 });
  await host?.kill('SIGKILL');
  const queued = async () =>
    (await everythingStored(keyturn.connectionString)).filter(
      ({ where }) => where === 'queue keyturn-checks',
    ).length;
  const options = { timeout: 20_000, interval: 250 };
  await vi.waitFor(async () => expect(await queued()).toBe(1), options);
}

describe('a secret', () => {
  it('was given every chance to come out', async () => {
    expect(await keyturn.mails()).not.toEqual([]);
    expect(keyturn.printed.length).toBeGreaterThan(100);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([200, 202, 400, 401, 403, 404, 409, 413]),
    );
    const places = new Set(kept.map(({ where }) => where));
    for (const place of ['table keys', 'table findings', 'table runs', 'table alertledger']) {
      expect(places).toContain(place);
    }
    expect(places).toContain('queue keyturn-checks');
    expect([...places].some((place) => place.startsWith('container'))).toBe(true);
  });

  it('is in no log, answer, table, queue, blob, mail or call to Graph', async () => {
    const canaries: Record<string, string> = {
      'the admin key': keyturn.keys?.admin ?? '',
      'the reader key': keyturn.keys?.reader ?? '',
      'a wrong key': WRONG_KEY,
      'the host master key': keyturn.masterKey,
      'the identity header': installation.identityHeader,
      'the signature of the Teams address':
        new URL(installation.teamsWebhookUrl).searchParams.get('sig') ?? '',
      'the webhook secret': installation.webhookSecret,
      "the identity's token": token,
      "a client secret's value": SECRET_TEXT,
      'what was typed into the wrong place': TYPED_SECRET,
      "a certificate's private part": Buffer.from(TYPED_SECRET).toString('base64'),
      'the storage key': /AccountKey=([^;]+)/.exec(keyturn.connectionString)?.[1] ?? '',
    };
    const places: Kept[] = [
      ...keyturn.printed.map((text) => ({ where: 'log', text })),
      ...answers.map(({ call, text }) => ({ where: `answer to ${call.slice(0, 60)}`, text })),
      ...kept,
      ...(await sentOut()),
    ];
    expectNowhere(canaries, places);
  });

  it('of a link is in its mail and nowhere else', async () => {
    const links = await linkTokens();
    expect(links.length).toBeGreaterThan(0);
    const elsewhere: Kept[] = [
      ...keyturn.printed.map((text) => ({ where: 'log', text })),
      ...answers.map(({ call, text }) => ({ where: `answer to ${call.slice(0, 12)}`, text })),
      ...kept,
      // Mails, and the calls that carried them, are where they belong.
      ...(await sentOut()).filter(
        ({ where, text }) => where !== 'mail' && !text.includes('/sendMail'),
      ),
    ];
    for (const token of links) {
      expect(token.length).toBeGreaterThan(30);
      expect(elsewhere.filter(({ text }) => holds(text, token)).map(({ where }) => where)).toEqual(
        [],
      );
    }
  });

  it('is in the one answer where it belongs, and nowhere after that', async () => {
    await keyturn.hosts[0]?.restart();
    const headers = { 'x-functions-key': keyturn.masterKey };
    const body = { role: 'reader', name: 'once' };
    const made = await keyturn.call('/api/keys', { method: 'POST', headers, body });
    const { key } = (await made.json()) as { key: string };
    expect(made.status).toBe(201);
    const admin = { authorization: `Bearer ${keyturn.keys?.admin}` };
    const listed = await (await keyturn.call('/api/keys', { headers: admin })).text();
    expect(listed).toContain('once');
    const used = await keyturn.call('/api/findings', { headers: { 'x-keyturn-key': key } });
    expect(used.status).toBe(200);
    const [again] = [await keyturn.call('/api/keys', { method: 'POST', headers, body })];
    expect(again.status).toBe(409);
    const everywhere = [
      ...keyturn.printed,
      listed,
      await used.text(),
      await again.text(),
      ...(await everythingStored(keyturn.connectionString)).map(({ text }) => text),
    ];
    expect(everywhere.filter((text) => holds(text, key))).toEqual([]);
  });
});

/** What reached anybody else: mails, cards, webhooks, and calls to Graph (the log of these shortens tokens). */
async function sentOut(): Promise<Kept[]> {
  const kinds = ['mail', 'cards', 'webhooks', 'requests'];
  const out: Kept[] = [];
  for (const where of kinds) {
    for (const one of await keyturn.control<unknown[]>('GET', where)) {
      out.push({ where, text: JSON.stringify(one, withoutOwnAddress) });
    }
  }
  return out;
}

/** The address of the Teams workflow holds its signature, and is where the call goes. */
function withoutOwnAddress(name: string, value: unknown): unknown {
  return name === 'url' && value === installation.teamsWebhookUrl ? '' : value;
}
