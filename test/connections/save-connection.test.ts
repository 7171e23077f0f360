import { clouds } from '../../shared/clouds.ts';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionBody } from '../../shared/connections/connection-body.ts';
import { connectionDraft } from '../../shared/connections/connection-draft.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { saveConnection } from '../../shared/connections/save-connection.ts';
import { AppError } from '../../shared/errors.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { createLog } from '../../shared/log.ts';
import { fakeClock } from '../support/fake-clock.ts';

const TENANT = '7378d38b-9520-449c-8868-92301cb167fc';
const BC = 'https://api.businesscentral.dynamics.com';
const BODY = {
  displayName: 'Business Central production',
  kind: 'businessCentral',
  clientId: '11111111-2222-4333-8444-555555555555',
  clientSecret: 'Ab3~the-value-of-the-secret',
  serviceUrl: `${BC}/v2.0/${TENANT}/Production/ODataV4/`,
};

function world() {
  const tables = memoryTables();
  const vault = memorySecretVault();
  const connections = createConnectionStore(tables.open);
  const retired: Connection[] = [];
  const lines: string[] = [];
  const deps = {
    connections,
    vault,
    retire: async (connection: Connection) => void retired.push(connection),
    clock: fakeClock('2026-11-25T08:00:00Z'),
    randomBytes,
    log: createLog((line) => void lines.push(line)),
    cloud: clouds.public,
    tenantIdOf: async (domain: string) => (domain === 'contoso.com' ? TENANT : null),
    discover: async (issuer: string) =>
      issuer === 'https://id.example'
        ? {
            issuer,
            authorizationEndpoint: `${issuer}/authorize`,
            tokenEndpoint: `${issuer}/token`,
            jwksUri: `${issuer}/jwks`,
            sendsIssuer: true,
          }
        : null,
  };
  const put = async (sent: Record<string, unknown>, id = 'bc-production') => {
    const body = connectionBody.parse(sent);
    return saveConnection(deps, {
      draft: await connectionDraft(deps, id, body),
      proof: body,
      current: await connections.get(id),
    });
  };
  const pointers = async (sent: Record<string, unknown>, id = 'bc-production') => {
    const parsed = connectionBody.safeParse(sent);
    if (!parsed.success) return parsed.error.issues.map(({ path }) => `/${path.join('/')}`);
    const error: unknown = await put(sent, id).catch((thrown: unknown) => thrown);
    return error instanceof AppError ? error.errors.map(({ pointer }) => pointer) : [];
  };
  return { ...deps, tables, retired, put, pointers };
}

describe('a connection', () => {
  it('is understood from its service URL, and its secret goes to the vault alone, byte for byte', async () => {
    const { put, vault, tables } = world();
    const secret = ' ~"é\\ \n';
    const connection = await put({ ...BODY, clientSecret: secret });
    expect(connection).toMatchObject({
      id: 'bc-production',
      tenantId: TENANT,
      appTenantId: TENANT,
      scopes: [`${BC}/.default`],
      serviceUrl: BODY.serviceUrl,
      secrets: [{ hint: ' ~"' }],
    });
    const [stored] = connection.secrets;
    expect(stored && (await vault.get(stored))).toBe(secret);
    expect(JSON.stringify(tables.dump())).not.toContain('\\n');
  });

  it('takes a domain for its tenant', async () => {
    const { put } = world();
    const serviceUrl = `${BC}/v2.0/Production/contoso.com/api/v2.0`;
    expect(await put({ ...BODY, serviceUrl })).toMatchObject({ tenantId: TENANT });
    const bare = `${BC}/v2.0/Production/api/v2.0`;
    expect(
      await put({ ...BODY, serviceUrl: bare, tenantId: 'contoso.com' }, 'other'),
    ).toMatchObject({
      tenantId: TENANT,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['/clientSecret', { clientSecret: '0f8fad5b-d9cb-469f-a165-70867728950e' }],
    ['/clientSecret', { clientSecret: undefined }],
    ['/serviceUrl', { serviceUrl: `${BC}/.default` }],
    ['/serviceUrl', { serviceUrl: undefined }],
    ['/serviceUrl', { serviceUrl: `${BC}/v2.0/Production/nobody.example/api/v2.0` }],
    ['/tenantId', { serviceUrl: `${BC}/v2.0/Production/api/v2.0` }],
    ['/tenantId', { tenantId: 'common' }],
    ['/tenantId', { tenantId: '99999999-0000-4000-8000-000000000009' }],
    ['/clientId', { clientId: 'SmartConnect' }],
    ['/scopes', { scopes: ['https://graph.microsoft.com/.default'] }],
    ['/scopes', { scopes: [`${BC}.evil.example/.default`] }],
    ['/issuer', { issuer: 'https://id.example' }],
    ['/allowedCallers/0', { allowedCallers: ['everybody'] }],
    [
      '/certificate',
      {
        certificate: {
          privateKey: '-----BEGIN PRIVATE KEY-----',
          certificate: '-----BEGIN CERTIFICATE-----',
        },
      },
    ],
    ['/certificate', { credential: { type: 'certificate' }, clientSecret: undefined }],
    ['/clientSecret', { credential: { type: 'federated' } }],
    ['/displayName', { displayName: 'two\nlines' }],
    ['/displayName', { displayName: '‮reversed' }],
  ])('is refused with the member that is wrong: %s (%j)', async (pointer, changed) => {
    const { pointers, vault } = world();
    expect(await pointers({ ...BODY, ...changed })).toContain(pointer);
    expect(vault.versions()).toEqual({});
  });

  it.each(['admin', 'reader', 'A', 'a', '-a', 'a_b', 'x'.repeat(41), '__proto__'])(
    'is not called %s',
    async (id) => {
      const { put } = world();
      await expect(put(BODY, id)).rejects.toMatchObject({ code: 'bad_request' });
    },
  );

  it('of a provider with OpenID takes its endpoints from the discovery document, and never an assertion', async () => {
    const { put, pointers } = world();
    const sent = {
      displayName: 'Shop',
      kind: 'oauth2',
      clientId: 'keyturn',
      clientSecret: 'the-secret',
      scopes: ['orders', 'offline_access'],
      issuer: 'https://id.example',
    };
    expect(await put(sent, 'shop')).toMatchObject({
      tenantId: null,
      serviceUrl: null,
      oauth2: { tokenEndpoint: 'https://id.example/token', refreshTokens: 'rotating' },
    });
    expect(await pointers({ ...sent, issuer: 'https://evil.example' }, 'x1')).toEqual(['/issuer']);
    const { clientSecret: _, ...rest } = sent;
    expect(await pointers({ ...rest, credential: { type: 'federated' } }, 'x2')).toEqual([
      '/credential/type',
    ]);
  });

  it('that is changed keeps its instance and tries the newer secret first', async () => {
    const { put, retired } = world();
    const first = await put(BODY);
    const { clientSecret: _, ...withoutSecret } = BODY;
    const renamed = await put({ ...withoutSecret, displayName: 'BC', status: 'connected' });
    expect(renamed).toMatchObject({ instance: first.instance, secrets: first.secrets });
    const rotated = await put({ ...BODY, clientSecret: 'Xy9~newer' });
    expect(rotated.secrets.map(({ hint }) => hint)).toEqual(['Xy9', 'Ab3']);
    expect(retired).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'tenant',
      { serviceUrl: `${BC}/v2.0/99999999-0000-4000-8000-000000000009/Production/ODataV4/` },
    ],
    ['application', { clientId: '22222222-2222-4333-8444-555555555555' }],
    ['grant type', { grantType: 'clientCredentials' }],
    [
      'kind',
      { kind: 'dataverse', serviceUrl: 'https://contoso.crm4.dynamics.com', tenantId: TENANT },
    ],
    ['scopes', { scopes: [`${BC}/Financials.ReadWrite.All`] }],
  ])(
    'of another %s asks for the secret again, and leaves the old grant behind',
    async (_what, changed) => {
      const { put, pointers, retired } = world();
      const first = await put(BODY);
      const { clientSecret: _, ...withoutSecret } = BODY;
      expect(await pointers({ ...withoutSecret, ...changed })).toEqual(['/clientSecret']);
      expect(retired).toEqual([]);
      const second = await put({ ...BODY, ...changed });
      expect(second.instance).not.toBe(first.instance);
      expect(second.secrets).toHaveLength(1);
      expect(retired).toEqual([first]);
    },
  );

  it('that only moves to another environment keeps its grant', async () => {
    const { put, retired } = world();
    const first = await put(BODY);
    const { clientSecret: _, ...withoutSecret } = BODY;
    const serviceUrl = `${BC}/v2.0/${TENANT}/Sandbox/ODataV4/`;
    expect(await put({ ...withoutSecret, serviceUrl })).toMatchObject({ instance: first.instance });
    expect(retired).toEqual([]);
  });

  it('is saved by one of two who change it at once', async () => {
    const { connections, put, ...deps } = world();
    await put(BODY);
    const stale = await connections.get('bc-production');
    await put({ ...BODY, displayName: 'faster' });
    const body = connectionBody.parse({ ...BODY, displayName: 'slower' });
    const draft = await connectionDraft(deps, 'bc-production', body);
    await expect(
      saveConnection({ ...deps, connections }, { draft, proof: body, current: stale }),
    ).rejects.toMatchObject({ code: 'precondition_failed' });
    expect((await connections.get('bc-production'))?.value.displayName).toBe('faster');
  });

  it('is refused, never broken, whatever is sent', async () => {
    const { pointers } = world();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...Object.keys(BODY), 'x'), fc.anything()),
        async (sent) => {
          await pointers({ ...BODY, ...sent });
        },
      ),
    );
  });
});
