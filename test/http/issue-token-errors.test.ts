import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { brokerHttp, type BrokerHttp } from '../support/broker-http.ts';
import type { Answered } from '../support/http-call.ts';

const ID = 'bc-production';
const HOUR_MS = 3_600_000;

/** The table of design §5: HTTP status, word of RFC 6749 §5.2 and code, by the connection's status. */
const ANSWERS: Record<string, [http: number, error: string, code: string]> = {
  appCredentialBroken: [503, 'temporarily_unavailable', 'app_credential_broken'],
  reauthorizationRequired: [409, 'invalid_grant', 'sign_in_again'],
  adminActionRequired: [409, 'invalid_grant', 'admin_action_required'],
  misconfigured: [422, 'invalid_grant', 'misconfigured'],
  degraded: [503, 'temporarily_unavailable', 'temporarily_unavailable'],
};

/** By the number at the head of the file's name, as the table of design §5 sorts them. */
const STATUS_OF: Record<string, string> = {
  7000222: 'appCredentialBroken',
  7000215: 'appCredentialBroken',
  700027: 'appCredentialBroken',
  5002738: 'appCredentialBroken',
  50173: 'reauthorizationRequired',
  700082: 'reauthorizationRequired',
  50076: 'reauthorizationRequired',
  700084: 'reauthorizationRequired',
  65001: 'adminActionRequired',
  53003: 'adminActionRequired',
  7000112: 'adminActionRequired',
  50126: 'adminActionRequired',
  90002: 'misconfigured',
  700016: 'misconfigured',
  500011: 'misconfigured',
  90072: 'misconfigured',
  50011: 'misconfigured',
  90033: 'degraded',
  50196: 'degraded',
  504: 'degraded',
};

const FOLDER = new URL('../../../shared/data/token-errors/', import.meta.url);
const files = bodies();

let broker: BrokerHttp;
let key: string;

beforeAll(async () => {
  broker = await brokerHttp();
  key = await broker.connect(ID);
  expect((await ask('GET')).status).toBe(200);
});

/** Which sign-ins are kept in the vault. */
const grants = () => Object.keys(broker.vault.dump()).filter((name) => name.endsWith('-grant'));

const ask = (method: string): Promise<Answered> =>
  broker.token(ID, { method, headers: { 'x-keyturn-key': key } });

describe.skipIf(files.length === 0)('a refusal of the provider', () => {
  it.each(files)('%s', async (name, body) => {
    const [, number = ''] = /^\d+-(\d+)/.exec(name) ?? [];
    const status = STATUS_OF[number] ?? '';
    const [http, error, code] = ANSWERS[status] ?? [0, '', ''];
    // The token of before, and the pause of the failure before, are over.
    broker.clock.advance(3 * HOUR_MS);
    const fault = {
      host: 'login.microsoftonline.com',
      method: 'POST',
      status: statusFor(number),
      body,
    };
    await broker.cloud.control('POST', 'faults', fault);
    const before = grants();
    expect(before).toHaveLength(1);
    const posted = await ask('POST');
    expect([posted.status, posted.json()['error'], posted.json()['code']], posted.text).toEqual([
      http,
      error,
      code,
    ]);
    const read = await ask('GET');
    expect([read.status, read.json()['code']]).toEqual([http, code]);
    for (const answer of [posted, read]) {
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.has('retry-after')).toBe(http === 503);
      // Our words and the number, never the provider's text, which may name others.
      expect(answer.text).not.toMatch(/Trace ID|Correlation ID|trace_id|error_uri/);
    }
    const shown = await broker.asAdmin('showConnection', ID, { method: 'GET' });
    expect(shown.json()['status']).toBe(status);
    expect(shown.json()['nextAction']).toBeTruthy();
    // Nothing is lost by it: once the provider answers again, so do we, by either way to ask.
    expect(shown.json()['authorizedBy']).not.toBeNull();
    expect(grants()).toEqual(before);
    await broker.cloud.control('DELETE', 'faults');
    for (const way of ['refreshToken', 'testConnection'] as const) {
      await broker.cloud.control('POST', 'faults', { ...fault, times: 1 });
      broker.clock.advance(3 * HOUR_MS);
      await ask('GET');
      await broker.cloud.control('DELETE', 'faults');
      broker.clock.advance(HOUR_MS);
      const restored = await broker.asAdmin(way, ID, { body: {} });
      expect(restored.status, restored.text).toBe(200);
      if (way === 'testConnection') expect(restored.json()).toMatchObject({ ok: true });
      expect(restored.text).not.toContain('access_token');
      const after = await broker.asAdmin('showConnection', ID, { method: 'GET' });
      expect(after.json()['status']).toBe('connected');
      expect((await ask('GET')).status).toBe(200);
    }
  });

  it('keeps the token that is still good while the service or the secret is in trouble', async () => {
    expect((await ask('GET')).status).toBe(200);
    broker.clock.advance(HOUR_MS / 2);
    const fault = { host: 'login.microsoftonline.com', status: 503, body: '' };
    await broker.cloud.control('POST', 'faults', fault);
    const stale = await broker.token(ID, {
      path: '/x?minTtl=3000',
      headers: { 'x-keyturn-key': key },
    });
    expect(stale.status).toBe(200);
    expect(Number(stale.json()['expires_in'])).toBeGreaterThan(60);
    await broker.cloud.control('DELETE', 'faults');
  });

  it('of a second forced refresh within a minute says when to come back', async () => {
    broker.clock.advance(HOUR_MS);
    expect((await broker.asAdmin('refreshToken', ID)).status).toBe(200);
    const again = await broker.asAdmin('refreshToken', ID);
    expect([again.status, again.json()['code']]).toEqual([429, 'throttled']);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

function statusFor(number: string): number {
  return number === '504' ? 504 : ['7000222', '7000215'].includes(number) ? 401 : 400;
}

function bodies(): [name: string, body: string][] {
  try {
    return readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]);
  } catch {
    return [];
  }
}
