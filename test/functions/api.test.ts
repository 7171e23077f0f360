import { DEFAULT_THRESHOLDS } from '../../shared/expiry/thresholds.ts';
import '../support/register-nothing.ts';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../functions/create-key.ts';
import { deleteKey } from '../../functions/delete-key.ts';
import { health } from '../../functions/health.ts';
import { home } from '../../functions/home.ts';
import { listChecks } from '../../functions/list-checks.ts';
import { listFindings } from '../../functions/list-findings.ts';
import { listKeys } from '../../functions/list-keys.ts';
import { live } from '../../functions/live.ts';
import { openapi } from '../../functions/openapi.ts';
import { showCheck } from '../../functions/show-check.ts';
import { switchAlerts } from '../../functions/switch-alerts.ts';
import { previewAlerts } from '../../functions/preview-alerts.ts';
import * as previewSchemas from '../../shared/http/preview-schemas.ts';
import { showAlerts } from '../../functions/show-alerts.ts';
import { showCheckRecipients } from '../../functions/show-check-recipients.ts';
import { startCheck } from '../../functions/start-check.ts';
import { createManualItemStore } from '../../shared/credentials/manual-item-store.ts';
import { testAlert } from '../../functions/test-alert.ts';
import { connectionPlaces } from '../../shared/connections/connection-places.ts';
import { createConsumerStore } from '../../shared/connections/consumer-store.ts';
import { createPlaybookStore } from '../../shared/connections/playbook-store.ts';
import { AppError } from '../../shared/errors.ts';
import { alertModeStore } from '../../shared/alerts/alert-mode.ts';
import { planTraceStore } from '../../shared/alerts/plan-trace.ts';
import { findingStore } from '../../shared/checks/finding-store.ts';
import type { ApiServices } from '../../shared/http/api-services.ts';
import { createHttp, type Loaded } from '../../shared/http/create-http.ts';
import type { HealthReport } from '../../shared/http/health.ts';
import { createKeyStore } from '../../shared/http/keys.ts';
import * as schemas from '../../shared/http/schemas.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { aConsumer } from '../support/consumers.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { callHandler } from '../support/http-call.ts';
import { aFinding, aRun, TENANT } from '../support/stored.ts';
import { tenantsOver } from '../support/tenants.ts';

const report: HealthReport = {
  status: 'ok',
  lastSuccess: '2026-03-01T02:00:09.000Z',
  tenants: [{ tenantId: TENANT, lastSuccess: '2026-03-01T02:00:09.000Z' }],
  channels: [
    {
      channel: 'mail',
      state: 'on',
      lastSuccess: '2026-03-01T02:00:10.000Z',
      lastFailure: null,
      because: null,
      warning: null,
      waiting: 0,
      sent: 2,
      gaveUp: 0,
      lastSentAt: null,
    },
  ],
  troubles: [],
  alerts: 'live',
  runs: [],
};

async function setUp() {
  const tables = memoryTables();
  const clock = fakeClock('2026-03-01T12:00:00Z');
  const keys = createKeyStore({ openTable: tables.open, clock, randomBytes });
  const findings = findingStore(tables.open);
  const plans = planTraceStore(tables.open, clock);
  const started: unknown[] = [];
  const state = { report, announced: new Array<string>() };
  const services: ApiServices = {
    limit: { take: () => 0 },
    announceLinkUsed: async () => undefined,
    announceMasterKey: async (name) => {
      state.announced.push(name);
    },
    settings: {
      access: { keys: true, audience: null },
      publicUrl: 'https://keyturn.example',
      timeZone: 'Europe/Berlin',
      homeTenantId: TENANT,
      tenantsClientId: null,
    },
    tenants: tenantsOver({ openTable: tables.open, clock, homeTenantId: TENANT }),
    watched: async () => [TENANT],
    policyOf: async () => ({
      lists: { fallback: [], escalation: [], operations: [] },
      thresholds: DEFAULT_THRESHOLDS,
      recipientDomains: null,
      isQuiet: false,
    }),
    clock,
    keys,
    trail: { act: async () => undefined, noteRead: () => undefined, flush: async () => undefined },
    tokens: { verify: async () => null },
    callerTokens: { verify: async () => null },
    broker: () => {
      throw new AppError('not_configured', 'This installation holds no connections.');
    },
    runs: {
      get: async (id) => (id === 'r1' ? aRun() : null),
      recent: async () => [aRun(), aRun()],
    },
    findings,
    consumers: createConsumerStore(tables.open),
    places: connectionPlaces(tables.open),
    playbooks: createPlaybookStore(tables.open),
    lookByLink: async () => {
      throw new Error('nobody looks');
    },
    actByLink: async () => {
      throw new Error('nobody acts');
    },
    items: createManualItemStore(tables.open),
    startNight: async (input) => {
      started.push(input);
      return [aRun({ status: 'queued' })];
    },
    testChannel: async (channel) => ({
      channel,
      status: 'refused',
      detail: 'Set it.',
      sentTo: [],
    }),
    alertMode: alertModeStore({
      openTable: tables.open,
      clock,
      setting: 'preview',
      channels: ['mail'],
      operations: [],
    }),
    plans,
    previewAlerts: async ({ tenantId, days }) => ({
      asOf: clock.now().toISOString(),
      tenantId,
      days,
      complete: true,
      reasons: [],
      mails: [],
      ownerless: [],
    }),
    health: async () => state.report,
    metrics: async () => 'keyturn_healthy 1\n',
    setup: async () => ({ redirectUri: 'x', permissions: [], checks: [] }),
  };
  const admin = { 'x-keyturn-key': (await keys.create({ role: 'admin', name: 'ops' })).key };
  const reader = { 'x-keyturn-key': (await keys.create({ role: 'reader', name: 'r' })).key };
  const loaded: Loaded<ApiServices> = { ok: true, services };
  return {
    ...createHttp(async () => loaded),
    services,
    admin,
    reader,
    started,
    state,
    findings,
    plans,
  };
}

describe('a test message', () => {
  it('is answered with what the service said, and only for a channel that there is', async () => {
    const { http, admin, reader } = await setUp();
    const handler = http(testAlert, 'testAlert');
    const call = { method: 'POST', headers: admin } as const;
    const answer = await callHandler(handler, { ...call, body: '{"channel":"teams"}' });
    expect(answer.status).toBe(200);
    expect(schemas.testAlertAnswer.parse(answer.json())).toMatchObject({ status: 'refused' });
    const pigeon = await callHandler(handler, { ...call, body: '{"channel":"pigeon"}' });
    expect(pigeon.status).toBe(400);
    const asReader = { ...call, headers: reader, body: '{"channel":"teams"}' };
    expect((await callHandler(handler, asReader)).status).toBe(403);
  });
});

describe('checks', () => {
  it('starts a check of every tenant and answers the runs to follow', async () => {
    const { http, admin, started } = await setUp();
    const answer = await callHandler(http(startCheck, 'startCheck'), {
      method: 'POST',
      headers: admin,
    });
    expect(answer.status).toBe(202);
    expect(schemas.startedAnswer.parse(answer.json()).runs).toEqual([
      { runId: aRun().runId, tenantId: TENANT },
    ]);
    expect(started).toEqual(['request']);
    expect(answer.logs[0]).toContain('a check was asked for');
  });

  it('shows a run without what is ours alone', async () => {
    const { http, reader } = await setUp();
    const handler = http(showCheck, 'showCheck');
    const answer = await callHandler(handler, { headers: reader, params: { runId: 'r1' } });
    expect(schemas.runAnswer.parse(answer.json())).toMatchObject({ status: 'complete' });
    expect(answer.json()).not.toHaveProperty('nightId');
    expect((await callHandler(handler, { headers: reader, params: { runId: 'r2' } })).status).toBe(
      404,
    );
  });

  it('says whom a run chose, whom it passed over, and why', async () => {
    const { http, reader, plans } = await setUp();
    await plans.keep(
      aRun({ runId: 'r1' }),
      { ...aFinding(), stage: 30 },
      {
        told: [{ address: 'fallback@contoso.example', audience: 'list', reason: 'nobodyElse' }],
        skipped: [{ who: 'Ada', reason: 'ownsApplication', because: 'disabled' }],
      },
    );
    const handler = http(showCheckRecipients, 'showCheckRecipients');
    const answer = await callHandler(handler, { headers: reader, params: { runId: 'r1' } });
    expect(previewSchemas.checkRecipientsAnswer.parse(answer.json()).findings).toEqual([
      {
        findingId: aFinding().id,
        stage: 30,
        told: [{ address: 'fallback@contoso.example', reason: 'nobodyElse' }],
        skipped: [{ who: 'Ada', reason: 'ownsApplication', because: 'disabled' }],
      },
    ]);
    const none = await callHandler(handler, { headers: reader, params: { runId: 'r2' } });
    expect(none.status).toBe(404);
  });

  it('lists no more runs than were asked for', async () => {
    const { http, reader } = await setUp();
    const handler = http(listChecks, 'listChecks');
    const answer = await callHandler(handler, { headers: reader, path: '/api/checks?limit=1' });
    expect(schemas.runsAnswer.parse(answer.json()).runs).toHaveLength(1);
  });
});

describe('alerts', () => {
  it('are switched by an admin, who is written down before it happens', async () => {
    const { http, admin, reader } = await setUp();
    const show = () => callHandler(http(showAlerts, 'showAlerts'), { headers: reader });
    expect(schemas.alertsAnswer.parse((await show()).json())).toMatchObject({
      mode: 'preview',
      source: 'setting',
    });
    const put = { method: 'PUT', headers: admin, body: { mode: 'live' } };
    const answer = await callHandler(http(switchAlerts, 'switchAlerts'), put);
    expect(answer.status).toBe(200);
    expect(answer.logs[0]).toMatch(/alerts are being switched.*key:ops/);
    expect(schemas.alertsAnswer.parse((await show()).json())).toEqual({
      mode: 'live',
      source: 'api',
      switchedAt: '2026-03-01T12:00:00.000Z',
      switchedBy: 'key:ops',
    });
  });

  it.each([
    [{ mode: 'loud' }, 400, 'bad_request'],
    [{}, 400, 'bad_request'],
    [{ mode: 'operations' }, 409, 'conflict'],
  ])('are not switched by %j', async (body, status, code) => {
    const { http, admin } = await setUp();
    const put = { method: 'PUT', headers: admin, body };
    const answer = await callHandler(http(switchAlerts, 'switchAlerts'), put);
    expect([answer.status, answer.json()['code']]).toEqual([status, code]);
  });

  it('are previewed for a tenant that is watched, ninety days unless told otherwise', async () => {
    const { http, reader } = await setUp();
    const handler = http(previewAlerts, 'previewAlerts');
    const get = (path: string) => callHandler(handler, { headers: reader, path });
    const answer = await get('/api/alerts/preview');
    expect(previewSchemas.previewAnswer.parse(answer.json())).toMatchObject({
      tenantId: TENANT,
      days: 90,
    });
    expect((await get('/api/alerts/preview?days=7')).json()).toMatchObject({ days: 7 });
    expect((await get('/api/alerts/preview?days=0')).status).toBe(400);
    const other = '11111111-2222-4333-8444-555555555555';
    expect((await get(`/api/alerts/preview?tenantId=${other}`)).status).toBe(404);
  });

  it('are not switched by a reader', async () => {
    const { http, reader } = await setUp();
    const put = { method: 'PUT', headers: reader, body: { mode: 'live' } };
    expect((await callHandler(http(switchAlerts, 'switchAlerts'), put)).status).toBe(403);
  });
});

describe('findings', () => {
  async function withFindings(count: number) {
    const made = await setUp();
    const all = Array.from({ length: count }, (_, i) =>
      aFinding({ id: `f${i}`, holder: { ...aFinding().holder, displayName: '=cmd|\r\nX' } }),
    );
    await made.findings.record({
      tenantId: TENANT,
      findings: all,
      at: new Date('2026-03-01T02:00:00Z'),
      closeOthers: true,
      ownersRead: () => true,
    });
    const list = (path: string) =>
      callHandler(made.http(listFindings, 'listFindings'), { headers: made.reader, path });
    return { ...made, list };
  }

  it('come as JSON, page by page, over our public address', async () => {
    const { list, services } = await withFindings(3);
    await services.consumers.create(aConsumer({ tenantId: TENANT, appId: 'a1' }));
    const first = schemas.findingsAnswer.parse(
      (await list('/api/findings?limit=2&withinDays=60')).json(),
    );
    expect(first).toMatchObject({ asOf: '2026-03-01T12:00:00.000Z' });
    expect(first.findings.map(({ id }) => id)).toEqual(['f0', 'f1']);
    expect(first.findings[0]?.consumers).toMatchObject([{ id: 'bc-prod', name: 'BC Prod' }]);
    expect(first.nextLink).toMatch(
      /^https:\/\/keyturn\.example\/api\/findings\?limit=2&withinDays=60&after=/,
    );
    const next = new URL(first.nextLink ?? '');
    const second = schemas.findingsAnswer.parse((await list(next.pathname + next.search)).json());
    expect(second.findings.map(({ id }) => id)).toEqual(['f2']);
    expect(second.nextLink).toBeNull();
  });

  it('come as CSV that a spreadsheet does not run (facts 3 row 46: a list by API)', async () => {
    const { list } = await withFindings(2);
    const answer = await list('/api/findings?format=csv');
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = answer.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^"status","daysLeft","stage","expiresAt"/);
    expect(lines[1]).toContain(`"'=cmd| X"`);
  });

  it('come as a calendar', async () => {
    const { list } = await withFindings(2);
    const answer = await list('/api/findings?format=ics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/calendar/);
    expect(answer.text.match(/^BEGIN:VEVENT/gm)).toHaveLength(2);
  });

  it('are refused with a pointer when the question is wrong', async () => {
    const { list } = await withFindings(0);
    const answer = await list('/api/findings?status=bad');
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ errors: [{ pointer: '/status' }] });
  });
});

describe('keys', () => {
  it('of an administrator, made with the master key although there is one, are told to operations', async () => {
    const { http, services, state } = await setUp();
    const { keys } = services;
    const make = (body: object) =>
      callHandler(http(createKey, 'createKey'), { method: 'POST', body });
    await make({ role: 'reader', name: 'grafana' });
    expect(state.announced).toEqual([]);
    await make({ role: 'admin', name: 'second' });
    expect(state.announced).toEqual(['second']);
    for (const { name } of await keys.list()) await keys.revoke(name);
    await make({ role: 'admin', name: 'way-back-in' });
    expect(state.announced).toEqual(['second']);
  });

  it('are shown once, listed without their value, and revoked by name', async () => {
    const { http, admin, services } = await setUp();
    const created = await callHandler(http(createKey, 'createKey'), {
      method: 'POST',
      body: { role: 'reader', name: 'grafana', expiresAt: '2026-04-01T02:00:00+02:00' },
    });
    expect(created.status).toBe(201);
    const { key, expiresAt } = schemas.keyAnswer.parse(created.json());
    expect(expiresAt).toBe('2026-04-01T00:00:00.000Z');
    expect(created.logs[0]).toContain('a key is being created');
    expect(created.logs.join('')).not.toContain(key.slice(-20));

    const listed = await callHandler(http(listKeys, 'listKeys'), { headers: admin });
    expect(schemas.keysAnswer.parse(listed.json()).keys.map(({ name }) => name)).toEqual([
      'grafana',
      'ops',
      'r',
    ]);
    expect(listed.text).not.toContain(key.slice(-20));

    const remove = () =>
      callHandler(http(deleteKey, 'deleteKey'), {
        method: 'DELETE',
        headers: admin,
        params: { name: 'grafana' },
      });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await services.keys.verify(key)).toBeNull();
  });

  it('are refused with a pointer when the wish is wrong, and not made twice', async () => {
    const { http } = await setUp();
    const create = (body: unknown) =>
      callHandler(http(createKey, 'createKey'), { method: 'POST', body });
    expect((await create({ role: 'owner', name: 'x' })).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/role' }],
    });
    expect((await create({ role: 'admin', name: 'a_b' })).status).toBe(400);
    expect((await create({ role: 'admin', name: 'ops' })).status).toBe(409);
    expect(
      (await create({ role: 'admin', name: 'x', expiresAt: '2026-01-01T00:00:00Z' })).status,
    ).toBe(400);
  });
});

describe('health', () => {
  it('tells anybody the status and the last success, and a reader the rest', async () => {
    const { alwaysOpen, reader } = await setUp();
    const handler = alwaysOpen(health, 'health');
    const open = await callHandler(handler);
    expect(open.status).toBe(200);
    expect(open.json()).toEqual({ status: 'ok', lastSuccess: '2026-03-01T02:00:09.000Z' });
    const wrong = await callHandler(handler, { headers: { 'x-keyturn-key': 'kt_x' } });
    expect(wrong.json()).toEqual(open.json());
    const detailed = await callHandler(handler, { headers: reader });
    expect(schemas.healthAnswer.parse(detailed.json()).details?.channels).toEqual(report.channels);
  });

  it('is 503 when checks do not succeed', async () => {
    const { alwaysOpen, state } = await setUp();
    state.report = { ...report, status: 'late' };
    expect((await callHandler(alwaysOpen(health, 'health'))).status).toBe(503);
  });

  it('says that it does not know when storage is away', async () => {
    const { alwaysOpen, services } = await setUp();
    services.health = () => Promise.reject(new Error('ECONNREFUSED'));
    const answer = await callHandler(alwaysOpen(health, 'health'));
    expect(answer.status).toBe(503);
    expect(answer.json()).toEqual({ status: 'unknown', lastSuccess: null });
    expect(answer.logs[0]).toContain('ECONNREFUSED');
  });

  it('names every wrong setting while there are any', async () => {
    const faults = [{ name: 'KEYTURN_KEYS', fault: 'It is missing.', fix: 'Set it.' }];
    const { alwaysOpen } = createHttp<ApiServices>(async () => ({ ok: false, faults }));
    const answer = await callHandler(alwaysOpen(health, 'health'));
    expect(answer.status).toBe(503);
    expect(schemas.healthAnswer.parse(answer.json())).toEqual({
      status: 'misconfigured',
      lastSuccess: null,
      faults,
    });
  });

  it('is alive without looking at anything', async () => {
    const { alwaysOpen } = createHttp<ApiServices>(() => Promise.reject(new Error('asked')));
    expect((await callHandler(alwaysOpen(live, 'live'))).status).toBe(200);
  });
});

describe('what anybody may see', () => {
  it('is a page without data or scripts', async () => {
    const { http } = await setUp();
    const answer = await callHandler(http(home, 'home'));
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).not.toMatch(/<script|https?:\/\//i);
  });

  it('is the description of the API', async () => {
    const { http } = await setUp();
    const answer = await callHandler(http(openapi, 'openapi'));
    expect(answer.json()).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: 'https://keyturn.example' }],
    });
  });
});
