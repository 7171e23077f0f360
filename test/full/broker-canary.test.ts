import { beforeAll, describe, expect, it } from 'vitest';
import { smartConnect } from '../support/local-entra.ts';
import { brokerHttp, type BrokerHttp } from '../support/broker-http.ts';
import type { Answered } from '../support/http-call.ts';

const ID = 'bc-production';
const TOKEN = /eyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{10,}|1\.A[\w.-]{30,}/;

let broker: BrokerHttp;
let key: string;
const answers: Answered[] = [];
const secrets = new Map<string, string>();

/** Everything that the broker does with secrets, in memory twins that hold what Azure would. */
beforeAll(async () => {
  broker = await brokerHttp();
  answers.push(await broker.put(ID));
  key = await broker.key(ID);
  answers.push(await broker.signIn(ID, 'erp@contoso.example'));
  answers.push(await broker.asAdmin('approveConnection', ID, { body: {} }));
  const given = await broker.token(ID, { headers: { 'x-keyturn-key': key } });
  secrets.set('access token', String(given.json()['access_token']));
  answers.push(await broker.asAdmin('refreshToken', ID));
  answers.push(await broker.asAdmin('testConnection', ID, { body: {} }));
  broker.clock.advance(3 * 3_600_000);
  await broker.cloud.control('POST', 'faults', { host: 'login.microsoftonline.com', status: 503 });
  answers.push(await broker.token(ID, { headers: { 'x-keyturn-key': key } }));
  await broker.cloud.control('DELETE', 'faults');
  answers.push(
    await broker.asAdmin('listConnections', ID, { method: 'GET' }),
    await broker.asAdmin('showConnection', ID, { method: 'GET' }),
    await broker.token(ID, { method: 'POST', body: `client_secret=${key}x` }),
  );
  await broker.services.trail.flush();
  secrets.set('client secret', smartConnect.clientSecret);
  secrets.set('key', key);
  secrets.set('admin key', broker.admin);
  for (const body of broker.sentOut)
    for (const [name, value] of new URLSearchParams(body))
      if (/^(code|code_verifier|client_secret|refresh_token)$/.test(name)) secrets.set(name, value);
  for (const [name, versions] of Object.entries(broker.vault.dump()))
    for (const { value } of versions) secrets.set(`${name} in the vault`, value);
});

describe('a secret of the broker', () => {
  it('was given every chance to come out', () => {
    expect(secrets.size).toBeGreaterThanOrEqual(6);
    for (const name of ['grant', 'code', 'code_verifier', 'refresh_token'])
      expect([...secrets.keys()].join()).toContain(name);
    expect(Object.keys(broker.states.dump())).toHaveLength(1);
    expect(broker.logs.length).toBeGreaterThan(10);
  });

  it('is in no log, table, blob, audit, address or answer', () => {
    const places: [string, string][] = [
      ...broker.logs.map((line): [string, string] => ['log', line]),
      ...broker.called.map((url): [string, string] => ['address', url]),
      ...answers.map(({ text, headers }, index): [string, string] => [
        `answer ${index}`,
        text + JSON.stringify([...headers]),
      ]),
      ['tables', JSON.stringify(broker.tables.dump())],
      ['blobs', JSON.stringify(broker.states.dump())],
      ['audit', JSON.stringify(broker.audit.dump())],
    ];
    for (const [what, value] of secrets) {
      expect(value.length, what).toBeGreaterThan(15);
      const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
      const found = places.filter(([, text]) => forms.some((form) => text.includes(form)));
      expect(
        found.map(([where]) => where),
        what,
      ).toEqual([]);
    }
    const tokens = places.filter(([, text]) => TOKEN.test(text));
    expect(tokens.map(([where]) => where)).toEqual([]);
  });
});
