import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { seedConnections } from '../../local/cloud/seed-connection-bodies.ts';
import { seedTenant } from '../../local/cloud/seed-tenant.ts';
import { signIn } from '../../local/product-sign-in.ts';
import { startInstallation, type Installation } from '../support/installation.ts';

/** SmartConnect's flow over HTTP alone (issue 4), on a connection of its own beside the seeded ones. */
const ID = 'flow';
const NEW_SECRET = 'new8Q~local.flow.opens-nothing-else';
const companiesPath = `api.businesscentral.dynamics.com/v2.0/${installation.tenantId}/Production/api/v2.0/companies`;
const DAY_MS = 86_400_000;
let keyturn: Installation;

interface Answer {
  status: number;
  etag: string;
  body: Record<string, unknown>;
}

async function admin(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await keyturn.call(`/api/connections/${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'x-keyturn-key': keyturn.keys?.admin ?? '', ...headers },
  });
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function tokenOf(id: string, key: string): Promise<Answer> {
  const response = await keyturn.call(`/api/connections/${id}/token`, {
    headers: { 'x-keyturn-key': key },
  });
  return {
    status: response.status,
    etag: '',
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function companiesWith(token: unknown): Promise<string[]> {
  const response = await keyturn.call(`${keyturn.cloudUrl}/${companiesPath}`, {
    headers: { authorization: `Bearer ${String(token)}` },
  });
  expect(response.status).toBe(200);
  const { value } = (await response.json()) as { value: { name: string }[] };
  return value.map(({ name }) => name);
}

beforeAll(async () => {
  keyturn = await startInstallation({});
});
afterAll(() => keyturn?.stop());

describe('from a fresh start', () => {
  it('has the seeded connections, each as the story says', async () => {
    const { connections } = await keyturn.read<{
      connections: { id: string; status: string; company: { name: string } | null }[];
    }>('/api/connections');
    const shown = connections.map(({ id, status, company }) => [id, status, company?.name ?? null]);
    expect(shown).toEqual([
      ['bc-production', 'connected', 'CRONUS'],
      ['bc-reporting', 'connected', null],
      ['bc-sandbox', 'pending', null],
      ['crm-sales', 'connected', null],
    ]);
  });

  it('gives keys that fetch tokens, and the tokens open Business Central', async () => {
    const { connections } = await keyturn.control<{ connections: Record<string, string> }>(
      'GET',
      'keys',
    );
    expect(Object.keys(connections).toSorted()).toEqual(Object.keys(seedConnections).toSorted());
    for (const id of ['bc-production', 'bc-reporting']) {
      const { status, body } = await tokenOf(id, connections[id] ?? '');
      expect(status, JSON.stringify(body['detail'])).toBe(200);
      expect(await companiesWith(body['access_token'])).toContain('CRONUS');
    }
    expect((await tokenOf('crm-sales', connections['crm-sales'] ?? '')).status).toBe(200);
    const pending = await tokenOf('bc-sandbox', connections['bc-sandbox'] ?? '');
    expect([pending.status, pending.body['code']]).toEqual([409, 'sign_in_again']);
  });

  it('connects from the service URL to a token that works', async () => {
    const { clientId, clientSecret, serviceUrl } = seedConnections['bc-production'];
    const made = await admin('PUT', ID, {
      displayName: 'Flow',
      kind: 'businessCentral',
      clientId,
      clientSecret,
      serviceUrl,
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: 'pending', tenantId: installation.tenantId });
    expect(JSON.stringify(made.body)).not.toContain(clientSecret);

    const as = { ...keyturn, adminKey: keyturn.keys?.admin ?? '' };
    expect(await signIn(as, ID, 'erp@contoso.example')).toBe('pendingApproval');
    const key = String((await admin('POST', `${ID}/keys`, { name: 'test' })).body['key']);
    expect((await tokenOf(ID, key)).status).toBe(409);
    const approved = await admin('POST', `${ID}/approve`, {});
    expect(approved.body).toMatchObject({ status: 'connected' });

    const tested = await admin('POST', `${ID}/test`);
    expect(tested.body).toMatchObject({ ok: true });
    const [company] = tested.body['companies'] as { id: string; name: string }[];
    const { etag } = await admin('GET', ID);
    const chosen = await admin(
      'PATCH',
      ID,
      { company: { id: company?.id, name: company?.name } },
      { 'if-match': etag },
    );
    expect(chosen.body['company']).toEqual({ id: company?.id, name: company?.name });
    const { body } = await tokenOf(ID, key);
    expect(body['token_type']).toBe('Bearer');
    expect(Number(body['expires_in'])).toBeGreaterThan(2_000);
    expect(await companiesWith(body['access_token'])).toContain(company?.name);
  });

  it('says that the secret has ended, keeps the sign-in, and works again with a new one', async () => {
    const { clientId, clientSecret } = seedConnections['bc-production'];
    const now = Date.now();
    const secret = (secretText: string, endsInDays: number) => ({
      keyId: crypto.randomUUID(),
      displayName: 'flow',
      startDateTime: new Date(now - 90 * DAY_MS).toISOString(),
      endDateTime: new Date(now + endsInDays * DAY_MS).toISOString(),
      secretText,
    });
    const { servicePrincipals, users, ...tenant } = seedTenant(new Date(now));
    const putSecrets = async (passwordCredentials: unknown[]) => {
      const applications = tenant.applications?.map((application) =>
        application['appId'] === clientId ? { ...application, passwordCredentials } : application,
      );
      await keyturn.control('PUT', 'tenant', { applications, servicePrincipals, users });
    };
    await putSecrets([secret(clientSecret, -1)]);
    // Until then the token that was given before serves everybody.
    await keyturn.control('POST', 'clock', { advance: 'PT2H' });
    const ended = await admin('POST', `${ID}/test`);
    expect(ended.body).toMatchObject({
      ok: false,
      status: 'appCredentialBroken',
      code: 'app_credential_broken',
    });
    expect((await admin('GET', ID)).body['authorizedBy']).not.toBeNull();

    await putSecrets([secret(clientSecret, -1), secret(NEW_SECRET, 180)]);
    const { etag } = await admin('GET', ID);
    const patch = { clientSecret: NEW_SECRET };
    expect((await admin('PATCH', ID, patch, { 'if-match': etag })).status).toBe(200);
    expect((await admin('POST', `${ID}/test`)).body).toMatchObject({ ok: true });
    expect((await admin('GET', ID)).body['status']).toBe('connected');
  });
});
