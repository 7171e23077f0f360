import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { brokerHttp, type BrokerHttp } from '../support/broker-http.ts';

const ID = 'bc-production';
let broker: BrokerHttp;
let key: string;
let token: string;

beforeAll(async () => {
  broker = await brokerHttp();
  key = await broker.connect(ID);
  const given = await broker.token(ID, { headers: { 'x-keyturn-key': key } });
  token = String(given.json()['access_token']);
  expect(given.status).toBe(200);
});

/** Printable ASCII: what a header can hold. */
const headerText = fc.string({ unit: fc.constantFrom(...ascii()), maxLength: 60 });
const near = () =>
  fc.oneof(
    fc.constant(key),
    fc.constant(`${key.slice(0, -1)}~`),
    fc.constant(key.slice(0, 20)),
    fc.constant(token),
    fc.constant(broker.admin),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  );
const names = fc.constantFrom(
  'grant_type',
  'client_id',
  'client_secret',
  'username',
  'password',
  'min_ttl',
  'scope',
  '__proto__',
  'constructor',
);

function headers() {
  const basic = near().map((text) => `Basic ${Buffer.from(`x:${text}`).toString('base64')}`);
  return fc.record(
    {
      'content-type': fc.oneof(
        fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/xml'),
        headerText,
      ),
      authorization: fc.oneof(basic, headerText, fc.constant(`Bearer ${token}`)),
      'x-keyturn-key': headerText,
    },
    { requiredKeys: [] },
  );
}

function body() {
  const fields = fc.array(fc.tuple(fc.oneof(names, near()), near()), { maxLength: 5 });
  return fc.oneof(
    fields.map((pairs) => new URLSearchParams(pairs).toString()),
    fields.map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
    fc.json({ maxDepth: 3 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
}

describe('whatever is sent for a token', () => {
  it('is no error of ours, and no key and no other’s token comes back', async () => {
    const before = broker.called.length;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST'),
        fc.oneof(fc.constant(ID), fc.string({ maxLength: 50 })),
        headers(),
        body(),
        async (method, id, sent, text) => {
          const answer = await broker.token(id, {
            method,
            headers: sent,
            ...(method === 'POST' ? { body: text } : {}),
          });
          expect(answer.status).toBeLessThan(500);
          expect(answer.headers.get('cache-control')).toBe('no-store');
          const everything = answer.text + JSON.stringify([...answer.headers]);
          expect(everything).not.toContain(key);
          expect(everything).not.toContain(broker.admin);
          if (answer.status !== 200) expect(everything).not.toContain(token);
          expect(answer.logs.join('\n')).not.toContain(key);
          expect(answer.logs.join('\n')).not.toContain(token);
        },
      ),
      { numRuns: 600 },
    );
    // Entra's keys at most: nothing that is sent here makes us call anybody else.
    const elsewhere = broker.called.slice(before).filter((url) => !url.endsWith('/keys'));
    expect(elsewhere).toEqual([]);
  });
});

function ascii(): string[] {
  return Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index));
}
