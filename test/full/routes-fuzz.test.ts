import '../support/register-nothing.ts';
import { readdirSync } from 'node:fs';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { health } from '../../functions/health.ts';
import type { ApiServices } from '../../shared/http/api-services.ts';
import { createHttp, type Call } from '../../shared/http/create-http.ts';
import { openapiDocument } from '../../shared/http/openapi.ts';
import { routes, type RouteName } from '../../shared/http/routes.ts';
import { callHandler } from '../support/http-call.ts';
import { startInProcess, type InProcess } from '../support/in-process.ts';

/** What somebody sends that is no key, and must not be shown again. */
const SECRET = 'c4n4ry8Q~typed-where-none.belongs';
/** The worst that a table, a path, a page or a log may be given. */
const hostile = fc.oneof(
  fc.constantFrom(
    SECRET,
    '',
    '..',
    '../../keys',
    'a/b',
    '%2e%2e',
    '__proto__',
    'constructor',
    "' or 1 eq 1",
    'a\u0000b',
    'a\r\nset-cookie: x=y',
    '\u202Eevil',
    '<script>1</script>',
    '9999-12-31T23:59:59Z',
    '2026-02-30',
    '-1',
    '1e9',
    'NaN',
    '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
    'a@contoso.example',
    'a@contoso.example\r\nBcc: b@evil.example',
    'https://169.254.169.254/',
    'x'.repeat(5_000),
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
);

let keyturn: InProcess;
let handlers: Map<RouteName, HttpHandler>;
let admin: string;

beforeAll(async () => {
  keyturn = await startInProcess({ now: '2026-11-28T08:00:00Z' });
  const made = await keyturn.services.keys.create({ role: 'admin', name: 'fuzz' });
  admin = made.key;
  handlers = await everyHandler();
});
afterAll(() => keyturn?.stop());

type Handler = (
  services: ApiServices,
  request: HttpRequest,
  call: Call,
) => Promise<HttpResponseInit>;

/** The functions behind the routes, over services in this process. */
async function everyHandler(): Promise<Map<RouteName, HttpHandler>> {
  const loaded = { ok: true, services: keyturn.services } as const;
  const { http, alwaysOpen } = createHttp<ApiServices>(async () => loaded);
  const found = new Map<RouteName, HttpHandler>();
  const folder = new URL('../../functions/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const module = (await import(new URL(file, folder).href)) as Record<string, Handler>;
    for (const name of Object.keys(routes) as RouteName[]) {
      const handler = module[name];
      if (handler === undefined) continue;
      found.set(name, name === 'health' ? alwaysOpen(health, name) : http(handler, name));
    }
  }
  return found;
}

interface Schema {
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

interface Described {
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** What a route takes, by the document that describes it. */
function describedAs(name: RouteName, method: string): { query: string[]; body: Schema } {
  const { paths } = openapiDocument('https://keyturn.example') as {
    paths: Record<string, Record<string, Described>>;
  };
  const path = `/${routes[name].route}`.replace(/:[^}]+\}/g, '}');
  const described = paths[path]?.[method.toLowerCase()];
  const query = (described?.parameters ?? []).filter((one) => one.in === 'query');
  const body = described?.requestBody?.content['application/json']?.schema ?? {};
  return { query: query.map((one) => one.name), body };
}

const TEXTS: Record<string, string> = {
  'date-time': '2027-01-31T00:00:00Z',
  email: 'anna@contoso.example',
  uri: 'https://id.example/',
  uuid: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
};

/** Something that a schema may take, so that more than the first look at a body is tried. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(fitting));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'array') return fc.array(fitting(schema.items ?? {}), { maxLength: 3 });
  if (schema.type === 'number' || schema.type === 'integer') return fc.integer({ min: 0, max: 99 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'string') return fc.constant(TEXTS[schema.format ?? ''] ?? 'abc');
  const members = Object.entries(schema.properties ?? {});
  return fc.record(Object.fromEntries(members.map(([one, of]) => [one, fitting(of)])), {
    requiredKeys: [],
  });
}

function requestOf(name: RouteName, method: string) {
  const { query, body } = describedAs(name, method);
  const members = Object.keys(body.properties ?? {});
  const value = fc.oneof(
    hostile,
    fc.array(hostile, { maxLength: 3 }),
    fc.dictionary(hostile, hostile, { maxKeys: 3 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const wrong = fc.dictionary(fc.constantFrom('x', SECRET, ...members), value, { maxKeys: 2 });
  const nearly = fc.tuple(fitting(body), fc.oneof(fc.constant({}), wrong));
  const id = fc.oneof(
    { weight: 3, arbitrary: hostile },
    fc.constantFrom('abc', TEXTS['uuid'] ?? ''),
  );
  const params = [...routes[name].route.matchAll(/\{(\w+)/g)].map(([, one = '']) => one);
  return fc.record({
    params: fc.record(Object.fromEntries(params.map((one) => [one, id]))),
    query: fc.dictionary(fc.constantFrom('x', ...query), hostile, { maxKeys: 3 }),
    body: fc.oneof(
      nearly.map(([right, bad]) => JSON.stringify(Object.assign({}, right, bad))),
      wrong.map((one) => JSON.stringify(one)),
      fc.json(),
      hostile,
    ),
    headers: fc.constantFrom<Record<string, string>>(
      {},
      { 'if-match': '*' },
      { 'if-match': '"x"' },
      { 'if-none-match': '*' },
    ),
  });
}

const tried = Object.keys(routes).flatMap((name) =>
  routes[name as RouteName].methods.map((method) => [name, method] as [RouteName, string]),
);

describe('whatever an administrator sends to', () => {
  it.each(tried)(
    '%s (%s) is no error of ours, and no secret is shown again',
    async (name, method) => {
      const handler = handlers.get(name);
      if (handler === undefined) throw new Error(`no function exports ${name}`);
      await fc.assert(
        fc.asyncProperty(requestOf(name, method), async ({ params, query, body, headers }) => {
          const printed = keyturn.printed.length;
          const path = `/x?${new URLSearchParams(query).toString()}`;
          const answer = await callHandler(handler, {
            method,
            path,
            params,
            headers: { 'content-type': 'application/json', 'x-keyturn-key': admin, ...headers },
            ...(method === 'GET' ? {} : { body }),
          });
          const said = `${answer.text}\n${answer.logs.join('\n')}`;
          // Without a vault there are no connections, which is said as a setting that is missing.
          const isOurs = answer.status >= 500 && !said.includes('"not_configured"');
          expect(isOurs && !isHealth(name), said).toBe(false);
          const everything = [said, JSON.stringify([...answer.headers])];
          expect([...everything, ...keyturn.printed.slice(printed)].join('\n')).not.toContain(
            SECRET,
          );
          expect(answer.headers.get('cache-control')).toBe('no-store');
        }),
        { numRuns: 60 },
      );
    },
  );

  it('leaves nothing of it in a table, and calls nobody but Microsoft’s hosts', () => {
    expect(JSON.stringify(keyturn.tables.dump()['keys'])).not.toContain(SECRET);
    expect(keyturn.errors.filter((line) => line.includes('internal_error'))).toEqual([]);
  });
});

/** 503 is what these say of an installation that was never checked. */
function isHealth(name: RouteName): boolean {
  return name === 'health';
}
