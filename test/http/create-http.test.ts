import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { AccessServices } from '../../shared/http/caller.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { createKeyStore } from '../../shared/http/keys.ts';
import { routes, type RouteName } from '../../shared/http/routes.ts';
import { problemAnswer } from '../../shared/http/schemas.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { callHandler } from '../support/http-call.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjNG40cnkifQ.c2lnbmF0dXJlLWM0bjRyeS1zaWduYXR1cmU';

async function setUp(
  access: AccessServices['settings']['access'] = { keys: true, audience: 'api' },
) {
  const clock = fakeClock('2026-03-01T00:00:00Z');
  const keys = createKeyStore({ openTable: memoryTables().open, clock, randomBytes });
  const admin = (await keys.create({ role: 'admin', name: 'ops' })).key;
  const reader = (await keys.create({ role: 'reader', name: 'grafana' })).key;
  const services: AccessServices = {
    settings: { access },
    keys,
    trail: { act: async () => undefined },
    tokens: {
      verify: async (token) =>
        token === JWT ? { tenantId: 't', objectId: 'o', role: 'reader' } : null,
    },
  };
  const { http } = createHttp(async () => ({ ok: true, services }));
  const guarded = (name: RouteName) => http(() => ({ jsonBody: { served: true } }), name);
  return { clock, keys, admin, reader, services, http, guarded };
}

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

describe('who gets through', () => {
  it('nobody without a key or token, with a word on what to send', async () => {
    const { guarded } = await setUp();
    const answer = await callHandler(guarded('listChecks'));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(problemAnswer.parse(answer.json())).toMatchObject({
      code: 'unauthorized',
      correlationId: 'invocation-1',
      detail: expect.stringContaining('Authorization'),
    });
  });

  it('a reader on reading routes only, an administrator on both', async () => {
    const { guarded, admin, reader } = await setUp();
    const status = async (name: RouteName, key: string) =>
      (await callHandler(guarded(name), { headers: bearer(key) })).status;
    expect(await status('listChecks', reader)).toBe(200);
    expect(await status('listChecks', admin)).toBe(200);
    expect(await status('startCheck', admin)).toBe(200);
    expect(await status('startCheck', reader)).toBe(403);
  });

  it('a key in either header, and an Entra token with a role', async () => {
    const { guarded, reader } = await setUp();
    const status = async (headers: Record<string, string>) =>
      (await callHandler(guarded('listChecks'), { headers })).status;
    expect(await status({ 'x-keyturn-key': reader })).toBe(200);
    expect(await status({ authorization: `bearer ${reader}` })).toBe(200);
    expect(await status(bearer(JWT))).toBe(200);
    // Behind App Service Authentication the bearer is somebody else's: the key decides alone.
    expect(await status({ 'x-keyturn-key': reader, ...bearer('x.y.z') })).toBe(200);
    expect(await status({ 'x-keyturn-key': `${reader}x`, ...bearer(JWT) })).toBe(401);
    expect(await status({ 'x-keyturn-key': '', ...bearer(JWT) })).toBe(401);
  });

  it('no key in another place, and no principal that a header claims', async () => {
    const { guarded, admin } = await setUp();
    const status = async (sent: Parameters<typeof callHandler>[1]) =>
      (await callHandler(guarded('listChecks'), sent)).status;
    expect(await status({ path: `/api/checks?key=${admin}&code=${admin}` })).toBe(401);
    expect(await status({ headers: { cookie: `key=${admin}` } })).toBe(401);
    expect(await status({ headers: { authorization: `Basic ${admin}` } })).toBe(401);
    expect(
      await status({
        headers: { 'x-ms-client-principal': 'eyJyb2xlcyI6WyJLZXl0dXJuLkFkbWluIl19' },
      }),
    ).toBe(401);
  });

  it('nobody with a key that is wrong, expired, revoked or of a way in that is off', async () => {
    const { guarded, keys, clock, reader } = await setUp();
    const status = async (key: string) =>
      (await callHandler(guarded('listChecks'), { headers: bearer(key) })).status;
    expect(await status(`${reader.slice(0, -2)}AA`)).toBe(401);
    expect(await status(reader.replace('reader', 'admin'))).toBe(401);
    await keys.revoke('grafana');
    expect(await status(reader)).toBe(401);
    const short = await keys.create({
      role: 'reader',
      name: 's',
      expiresAt: new Date('2026-03-02T00:00:00Z'),
    });
    expect(await status(short.key)).toBe(200);
    clock.set('2026-03-02T00:00:00Z');
    expect(await status(short.key)).toBe(401);

    const off = await setUp({ keys: false, audience: 'api' });
    expect(
      (await callHandler(off.guarded('listChecks'), { headers: bearer(off.admin) })).status,
    ).toBe(401);
    const noTokens = await setUp({ keys: true, audience: null });
    expect(
      (await callHandler(noTokens.guarded('listChecks'), { headers: bearer(JWT) })).status,
    ).toBe(401);
  });

  it('nobody at all while settings are wrong, health apart', async () => {
    const faults = [{ name: 'KEYTURN_KEYS', fault: 'It is missing.', fix: 'Set it.' }];
    const { http, alwaysOpen } = createHttp(async () => ({ ok: false as const, faults }));
    for (const name of Object.keys(routes) as RouteName[]) {
      const answer = await callHandler(http(() => ({ status: 200 }), name));
      expect(answer.status).toBe(503);
      expect(problemAnswer.parse(answer.json())).toMatchObject({ code: 'not_configured', faults });
    }
    expect((await callHandler(alwaysOpen(() => ({ status: 200 }), 'live'))).status).toBe(200);
  });
});

describe('what an answer and a log line hold', () => {
  it('is one line for an ordinary request, which names the caller and not what he sent', async () => {
    const { guarded, reader } = await setUp();
    const answer = await callHandler(guarded('listChecks'), { headers: bearer(reader) });
    expect(answer.logs.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: 'info',
        message: 'request answered',
        route: 'listChecks',
        method: 'GET',
        status: 200,
        caller: 'key:grafana',
        correlationId: 'invocation-1',
      },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-correlation-id')).toBe('invocation-1');
  });

  it('tells of an unforeseen failure only the correlation id, and logs the rest', async () => {
    const { http, admin } = await setUp();
    const handler = http(() => {
      throw new Error(`disk c4n4ry on fire with ${admin}`);
    }, 'listKeys');
    const answer = await callHandler(handler, { headers: bearer(admin) });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('c4n4ry');
    expect(answer.text).not.toContain('.ts');
    expect(problemAnswer.parse(answer.json()).code).toBe('internal_error');
    const [failure] = answer.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(failure).toMatchObject({ level: 'error', message: 'request failed' });
    expect(failure?.['cause']).toContain('disk c4n4ry on fire');
    expect(answer.logs.join('')).not.toContain(admin.slice(-20));
  });

  it('passes on what a failure of ours says, and warns when it is a service that will be back', async () => {
    const { http, admin } = await setUp();
    const handler = http(() => {
      throw new AppError('storage_unavailable', 'Tables do not answer.', {
        cause: new Error('ECONNREFUSED'),
      });
    }, 'listKeys');
    const answer = await callHandler(handler, { headers: bearer(admin) });
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({
      code: 'storage_unavailable',
      detail: 'Tables do not answer.',
    });
    expect(answer.text).not.toContain('ECONNREFUSED');
    expect(answer.logs[0]).toContain('"level":"warn"');
    expect(answer.logs[0]).toContain('ECONNREFUSED');
  });

  it('never holds a key or a token, right or wrong, wherever it was sent', async () => {
    const { http, admin, reader } = await setUp();
    const failing = http((_, request) => {
      throw new Error(
        `headers ${JSON.stringify(Object.fromEntries(request.headers))} at ${request.url}`,
      );
    }, 'listChecks');
    const wrong = `${admin.slice(0, -6)}c4n4ry`;
    const secrets = [admin, reader, wrong, JWT];
    for (const secret of secrets)
      for (const sent of [
        { headers: bearer(secret) },
        { headers: { 'x-keyturn-key': secret } },
        { headers: { ...bearer(reader), cookie: `session=${secret}` } },
        { headers: bearer(reader), path: `/api/checks?sig=${secret}` },
        { headers: bearer(reader), body: { secretText: secret }, method: 'POST' },
      ]) {
        const answer = await callHandler(failing, sent);
        const written = answer.text + answer.logs.join('\n') + JSON.stringify([...answer.headers]);
        for (const text of secrets) expect(written).not.toContain(text.slice(-16));
      }
  });

  it('refuses a body over 64 KiB before it is read', async () => {
    const { guarded, admin } = await setUp();
    const headers = { ...bearer(admin), 'content-length': '65537' };
    const answer = await callHandler(guarded('startCheck'), { method: 'POST', headers, body: 'x' });
    expect(answer.status).toBe(413);
  });
});
