import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes, type RouteName } from '../../shared/http/routes.ts';
import { recordFunctions, type RegisteredFunction } from '../support/functions-core.ts';
import { callHandler } from '../support/http-call.ts';

const registered: RegisteredFunction[] = recordFunctions();

/** Written out a second time on purpose: whoever opens a route must say so here as well. */
const PINNED: Record<RouteName, string> = {
  actByLink: 'POST api/act anonymous anyone',
  actPage: 'GET act anonymous anyone',
  addTenant: 'POST api/tenants anonymous admin',
  approveConnection: 'POST api/connections/{id}/approve anonymous admin',
  authorizeConnection: 'POST api/connections/{id}/authorize anonymous admin',
  createConnectLink: 'POST api/connections/{id}/connect-links anonymous admin',
  createConnectionKey: 'POST api/connections/{id}/keys anonymous admin',
  createTenantLink: 'POST api/tenants/{tenantId}/links anonymous admin',
  createKey: 'POST api/keys admin hostMaster',
  deleteConnection: 'DELETE api/connections/{id} anonymous admin',
  deleteConnectionKey: 'DELETE api/connections/{id}/keys/{name} anonymous admin',
  deleteConsumer: 'DELETE api/consumers/{id} anonymous admin',
  deleteItem: 'DELETE api/items/{id} anonymous admin',
  deleteKey: 'DELETE api/keys/{name} anonymous admin',
  deletePlaybook: 'DELETE api/playbooks/{id} anonymous admin',
  deleteTenant: 'DELETE api/tenants/{tenantId} anonymous admin',
  listTenants: 'GET api/tenants anonymous reader',
  putTenant: 'PUT api/tenants/{tenantId} anonymous admin',
  health: 'GET api/health anonymous anyone',
  home: 'GET {x:maxlength(0)?} anonymous anyone',
  issueToken: 'GET,POST api/connections/{id}/token anonymous caller',
  listChecks: 'GET api/checks anonymous reader',
  listConnectionKeys: 'GET api/connections/{id}/keys anonymous admin',
  listConnections: 'GET api/connections anonymous reader',
  listConsumers: 'GET api/consumers anonymous reader',
  listFindings: 'GET api/findings anonymous reader',
  listItems: 'GET api/items anonymous reader',
  listKeys: 'GET api/keys anonymous admin',
  listPlaybooks: 'GET api/playbooks anonymous reader',
  live: 'GET api/health/live anonymous anyone',
  metrics: 'GET api/metrics anonymous reader',
  newSealingKey: 'POST api/sealing-key anonymous admin',
  oauthCallback: 'GET,POST oauth/callback anonymous anyone',
  oauthCallbackOf: 'GET,POST oauth/callback/{id} anonymous anyone',
  openapi: 'GET api/openapi.json anonymous anyone',
  patchConnection: 'PATCH api/connections/{id} anonymous admin',
  putConnection: 'PUT api/connections/{id} anonymous admin',
  putConsumer: 'PUT api/consumers/{id} anonymous admin',
  putItem: 'PUT api/items/{id} anonymous admin',
  putPlaybook: 'PUT api/playbooks/{id} anonymous admin',
  refreshToken: 'POST api/connections/{id}/token/refresh anonymous admin',
  showCheck: 'GET api/checks/{runId} anonymous reader',
  showConnection: 'GET api/connections/{id} anonymous reader',
  showSetup: 'GET api/setup anonymous reader',
  startCheck: 'POST api/checks anonymous admin',
  testAlert: 'POST api/alerts/test anonymous admin',
  testConnection: 'POST api/connections/{id}/test anonymous admin',
  previewAlerts: 'GET api/alerts/preview anonymous reader',
  showAlerts: 'GET api/alerts anonymous reader',
  showCheckRecipients: 'GET api/checks/{runId}/recipients anonymous reader',
  switchAlerts: 'PUT api/alerts anonymous admin',
};

interface HttpBinding {
  type: string;
  methods: string[];
  route: string;
  authLevel: string;
}

function httpFunctions(): (RegisteredFunction & { http: HttpBinding })[] {
  return registered.flatMap((one) => {
    const http = Object.values(one.bindings).find(({ type }) => type === 'httpTrigger');
    return http === undefined ? [] : [{ ...one, http: http as unknown as HttpBinding }];
  });
}

beforeAll(async () => {
  Object.assign(process.env, {
    KEYTURN_PUBLIC_URL: 'https://keyturn.example',
    KEYTURN_HOME_TENANT: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
    KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
    KEYTURN_KEYS: 'on',
  });
  delete process.env['TZ'];
  const folder = new URL('../../functions/', import.meta.url);
  for (const file of readdirSync(folder)) await import(new URL(file, folder).href);
});

describe('the functions behind routes', () => {
  it('have exactly these routes, methods, levels and roles', () => {
    const found = httpFunctions().map(({ name, http: { methods, route, authLevel } }) => {
      const role = Object.entries(routes).find(([known]) => known === name)?.[1].role;
      return [name, `${methods.join(',')} ${route} ${authLevel} ${String(role)}`];
    });
    expect(Object.fromEntries(found)).toEqual(PINNED);
  });

  it('let nobody in without a key or token where a role is needed', async () => {
    const needsRole = httpFunctions().filter(({ name }) =>
      /(reader|admin|caller)$/.test(PINNED[name as RouteName]),
    );
    expect(needsRole.length).toBeGreaterThan(4);
    for (const { handler, http, name } of needsRole) {
      const answer = await callHandler(handler, { method: http.methods[0] ?? 'GET' });
      expect([name, answer.status]).toEqual([name, 401]);
      expect(answer.json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it('leave no two templates that fit one path, since the host takes the first by name', () => {
    const templates = Object.values(routes).flatMap(({ methods, route }) =>
      methods.map((method) => ({ method, parts: route.split('/') })),
    );
    for (const [index, a] of templates.entries())
      for (const b of templates.slice(index + 1))
        expect(a.method === b.method && overlap(a.parts, b.parts)).toBe(false);
  });

  it('avoid the names that the host keeps for itself', () => {
    for (const { route } of Object.values(routes)) expect(route).not.toMatch(/^(admin|runtime)/i);
  });
});

function overlap(a: string[], b: string[]): boolean {
  const isVariable = (part: string | undefined) => part?.startsWith('{') === true;
  return (
    a.length === b.length &&
    a.every(
      (part, i) =>
        part === b[i] || (isVariable(part) && a.length > 1) || (isVariable(b[i]) && b.length > 1),
    )
  );
}
