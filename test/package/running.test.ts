import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocal } from '../../local/local-cloud.ts';
import type { Local } from '../../local/run-local.ts';
import { routes, type Route, type RouteName } from '../../shared/http/routes.ts';
import { unpackPackage, type UnpackedPackage } from '../support/unpacked-package.ts';

/** What `npm run package` made, unpacked elsewhere and run by the local host as Azure would run it. */
let unpacked: UnpackedPackage;
let local: Local;

function start(options: { env?: Record<string, string>; makeKeys?: boolean } = {}): Promise<Local> {
  return startLocal({
    port: 0,
    cloudPort: 0,
    app: unpacked.directory,
    runtime: path.resolve('dist/local'),
    ...options,
  });
}

beforeAll(async () => {
  unpacked = unpackPackage();
  local = await start();
});
afterAll(async () => {
  await local?.stop();
  unpacked.remove();
});

const functionNames = readdirSync('functions').map((file) =>
  file.replace('.ts', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
);

async function runningFunctions({ url, masterKey }: Local): Promise<string[]> {
  const headers = { 'x-functions-key': masterKey };
  const answer = await fetch(`${url}/admin/functions`, { headers });
  return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
}

interface OneRoute extends Route {
  name: RouteName;
  method: string;
}

const everyRoute: OneRoute[] = Object.entries(routes).flatMap(([name, route]) =>
  route.methods.map((method) => ({ ...route, method, name: name as RouteName })),
);

/** A request to the route about something that is not there, so that no other test's connection is touched. */
function call({ url }: Local, { method, route }: OneRoute, headers = {}): Promise<Response> {
  const place = route.startsWith('{') ? '' : route.replaceAll(/\{\w+\}/g, 'not-there');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return fetch(`${url}/${place}`, {
    method,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    redirect: 'manual',
    ...(hasBody ? { body: '{}' } : {}),
  });
}

describe('the package as it runs', () => {
  it('has every function', async () => {
    expect((await runningFunctions(local)).sort()).toEqual(functionNames.sort());
  });

  it.each(everyRoute.map((one) => [`${one.method} /${one.route}`, one] as const))(
    'answers %s, and does not let it be kept',
    async (_, one) => {
      const admin = {
        authorization: `Bearer ${local.keys?.admin}`,
        'x-functions-key': local.masterKey,
      };
      const answer = await call(local, one, admin);
      expect(answer.status).toBeLessThan(500);
      // The host's own "no such route" has no such header.
      expect(answer.headers.get('x-correlation-id')).toMatch(/^[\w-]{36}$/);
      expect(answer.headers.get('cache-control')).toContain('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('asks who calls wherever a role is needed', async () => {
    const needRole = everyRoute.filter(({ role }) => role !== 'anyone');
    const answers = await Promise.all(
      needRole.map(async (one) => [one.name, (await call(local, one)).status]),
    );
    expect(answers).toEqual(needRole.map(({ name }) => [name, 401]));
  });

  it('gives a token to a program, by the SDKs and the vault', async () => {
    const headers = { authorization: `Bearer ${local.connectionKeys['bc-production']}` };
    const answer = await fetch(`${local.url}/api/connections/bc-production/token`, { headers });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer' });
  });

  it('spends a night: timer, queues, mails, cards and events', async () => {
    await fetch(`${local.url}/admin/functions/checkNightly`, {
      method: 'POST',
      headers: { 'x-functions-key': local.masterKey },
    });
    await local.clock.advance('PT0S');
    for (const sink of ['mail', 'cards', 'webhooks']) {
      const got = (await (await fetch(`${local.cloudUrl}/_control/${sink}`)).json()) as unknown[];
      expect([sink, got.length > 0]).toEqual([sink, true]);
    }
  });

  it('runs its other timers', async () => {
    await local.clock.advance('P1D');
    const health = await fetch(`${local.url}/api/health`);
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'ok' }),
    ]);
  });
});

describe('the package with bad settings', () => {
  let bad: Local;
  beforeAll(async () => {
    const env = { KEYTURN_PUBLIC_URL: 'nonsense', KEYTURN_CHECK_SCHEDULE: 'sometimes' };
    bad = await start({ env, makeKeys: false });
  });
  afterAll(() => bad?.stop());

  it('still has every function', async () => {
    expect((await runningFunctions(bad)).sort()).toEqual(functionNames.sort());
  });

  it('says in health which settings, all at once, each with the cure', async () => {
    const health = await fetch(`${bad.url}/api/health`);
    expect(health.status).toBe(503);
    const { status, faults } = (await health.json()) as {
      status: string;
      faults: { name: string; fix: string }[];
    };
    expect(status).toBe('misconfigured');
    expect(faults.map(({ name }) => name)).toEqual([
      'KEYTURN_PUBLIC_URL',
      'KEYTURN_CHECK_SCHEDULE',
    ]);
    for (const { fix } of faults) expect(fix).not.toBe('');
    expect(JSON.stringify(faults)).not.toMatch(/nonsense|sometimes/);
  });

  it('answers 503 on every route that needs them, and that it lives', async () => {
    const headers = { 'x-functions-key': bad.masterKey };
    const statuses = await Promise.all(
      everyRoute.map(async (one) => [one.name, (await call(bad, one, headers)).status]),
    );
    expect(statuses).toEqual(everyRoute.map(({ name }) => [name, name === 'live' ? 200 : 503]));
  });
});
