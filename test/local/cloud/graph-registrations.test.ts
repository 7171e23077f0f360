import { beforeEach, describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { ADMINISTRATORS } from '../../support/administrators.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const MONITOR = installation.identities.monitor;
const API = "/applications(uniqueName='keyturn-api')";
const UPSERT = { prefer: 'create-if-missing', 'content-type': 'application/json' };

let cloud: TestCloud;

beforeEach(async () => {
  cloud = testCloud();
  await cloud.control('PUT', 'tenant', { users: ADMINISTRATORS });
  await cloud.control('PUT', 'permissions', { monitor: [] });
});

/** A call as whoever is signed in with the Azure command line. */
async function as(
  who: string,
  path: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
) {
  const { accessToken } = await cloud.control('POST', 'cli-token', {
    userPrincipalName: `${who}@contoso.example`,
  });
  const answer = await cloud.call(`/graph.microsoft.com/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${String(accessToken)}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> & {
    value: Record<string, unknown>[];
    error: { code: string; message: string };
  };
  return { status: answer.status, json };
}

const upsert = (who: string, path: string, body: unknown) =>
  as(who, path, { method: 'PATCH', body, headers: UPSERT });

async function graphRole(value: string) {
  const { json } = await as(
    'nobody',
    "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')",
  );
  const roles = json['appRoles'] as { id: string; value: string }[];
  return { resourceId: json['id'], appRoleId: roles.find((role) => role.value === value)?.id };
}

describe('registrations of the local Graph', () => {
  it('makes an application once under its unique name, and changes it after that', async () => {
    expect((await upsert('apps', API, { displayName: 'Keyturn' })).status).toBe(201);
    const body = { displayName: 'Keyturn', api: { requestedAccessTokenVersion: 2 } };
    expect((await upsert('apps', API, body)).status).toBe(204);
    const { json } = await as('apps', API);
    expect(json).toMatchObject({
      uniqueName: 'keyturn-api',
      api: { requestedAccessTokenVersion: 2 },
    });
    const appId = String(json['appId']);
    const principal = `/servicePrincipals(appId='${appId}')`;
    expect((await upsert('apps', principal, {})).status).toBe(201);
    expect((await upsert('apps', principal, {})).status).toBe(204);
    expect((await as('apps', `/applications(appId='${appId}')`)).status).toBe(200);
    const remove = (path: string) =>
      as('apps', `${path}/${String(json['id'])}`, { method: 'DELETE' });
    expect((await remove('/applications')).status).toBe(204);
    expect((await as('apps', API)).status).toBe(404);
    expect((await remove('/directory/deletedItems')).status).toBe(204);
    expect((await remove('/directory/deletedItems')).status).toBe(404);
    expect((await as('apps', principal)).status).toBe(404);
  });

  it('asks for the header that makes, for a name, and for a domain that is the tenant’s', async () => {
    const headers = { 'content-type': 'application/json' };
    const update = await as('apps', API, { method: 'PATCH', body: { displayName: 'x' }, headers });
    expect(update.status).toBe(404);
    expect((await upsert('apps', API, {})).status).toBe(400);
    const foreign = { displayName: 'x', identifierUris: ['https://fabrikam.example/keyturn'] };
    expect((await upsert('apps', API, foreign)).json.error.code).toBe(
      'HostNameNotOnVerifiedDomain',
    );
    expect((await upsert('apps', API, { displayName: 'x', redirectUri: 'y' })).status).toBe(400);
  });

  it('lets application administrators alone register, and anybody read', async () => {
    expect((await upsert('nobody', API, { displayName: 'Keyturn' })).status).toBe(403);
    expect((await upsert('roles', API, { displayName: 'Keyturn' })).status).toBe(403);
    expect((await as('nobody', '/applications')).status).toBe(200);
  });

  it('gives Graph’s application permissions by two roles alone, each once', async () => {
    const assignment = {
      principalId: MONITOR.objectId,
      ...(await graphRole('Application.Read.All')),
    };
    const path = `/servicePrincipals/${MONITOR.objectId}/appRoleAssignments`;
    const post = (who: string) => as(who, path, { method: 'POST', body: assignment });
    expect((await post('apps')).status).toBe(403);
    expect((await cloud.graph('/applications')).status).toBe(403);
    expect((await post('roles')).status).toBe(201);
    expect((await cloud.graph('/applications')).status).toBe(200);
    const again = await post('global');
    expect(again.status).toBe(400);
    expect(again.json.error.message).toContain('already exists');
    const [held] = (await as('nobody', path)).json.value;
    expect(held).toMatchObject({
      resourceDisplayName: 'Microsoft Graph',
      principalId: MONITOR.objectId,
    });
    const removed = await as('roles', `${path}/${String(held?.['id'])}`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect((await cloud.graph('/applications')).status).toBe(403);
  });

  it('keeps whom an application trusts by name, and refuses the same workload twice', async () => {
    await upsert('apps', API, { displayName: 'Keyturn' });
    const place = `${API}/federatedIdentityCredentials`;
    const trusted = {
      issuer: 'https://login.example/v2.0',
      subject: 's',
      audiences: ['api://AzureADTokenExchange'],
    };
    expect((await upsert('apps', `${place}(name='broker')`, trusted)).status).toBe(201);
    expect((await upsert('apps', `${place}(name='broker')`, trusted)).status).toBe(204);
    expect((await upsert('apps', `${place}(name='other')`, trusted)).status).toBe(400);
    expect((await as('apps', place)).json.value).toMatchObject([{ name: 'broker', subject: 's' }]);
    const two = { ...trusted, subject: 't', audiences: ['a', 'b'] };
    expect((await upsert('apps', `${place}(name='other')`, two)).status).toBe(400);
    expect((await as('apps', `${place}/broker`, { method: 'DELETE' })).status).toBe(204);
    expect((await as('apps', place)).json.value).toEqual([]);
  });

  it('agrees to delegated permissions for everybody, once', async () => {
    await upsert('apps', API, { displayName: 'Keyturn' });
    const { json: application } = await as('apps', API);
    const principal = `/servicePrincipals(appId='${String(application['appId'])}')`;
    await upsert('apps', principal, {});
    const clientId = (await as('apps', principal)).json['id'];
    const named =
      "/servicePrincipals?$filter=displayName eq 'Dynamics 365 Business Central'&$select=id";
    const [businessCentral] = (await as('apps', named)).json.value;
    const body = {
      clientId,
      consentType: 'AllPrincipals',
      resourceId: businessCentral?.['id'],
      scope: 'user_impersonation',
    };
    const post = (who: string) => as(who, '/oauth2PermissionGrants', { method: 'POST', body });
    expect((await post('nobody')).status).toBe(403);
    expect((await post('apps')).status).toBe(201);
    expect((await post('apps')).status).toBe(400);
    const grants = (await as('apps', `${principal}/oauth2PermissionGrants`)).json.value;
    expect(grants).toMatchObject([{ clientId, scope: 'user_impersonation' }]);
    const removed = await as('apps', `/oauth2PermissionGrants/${String(grants[0]?.['id'])}`, {
      method: 'DELETE',
    });
    expect(removed.status).toBe(204);
  });
});

describe('roles beside the directory', () => {
  const mail = (from: string) =>
    cloud.graph(`/users/${from}/sendMail`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        message: {
          subject: 's',
          body: { contentType: 'Text', content: 'c' },
          toRecipients: [{ emailAddress: { address: 'erp@contoso.example' } }],
        },
      }),
    });

  it('lets an identity send from the mailbox that Exchange gave it, and from no other', async () => {
    await cloud.control('PUT', 'tenant', {
      users: [
        { id: 'u-ceo', userPrincipalName: 'ceo@contoso.example', mail: 'ceo@contoso.example' },
      ],
    });
    expect((await mail(installation.mailFrom)).status).toBe(403);
    await cloud.control('PUT', 'permissions', { mailboxes: { monitor: [installation.mailFrom] } });
    expect((await mail(installation.mailFrom)).status).toBe(202);
    expect((await mail('ceo@contoso.example')).status).toBe(403);
    await cloud.control('PUT', 'permissions', { monitor: ['Mail.Send'] });
    expect((await mail('ceo@contoso.example')).status).toBe(202);
  });

  it('lets a reader of a vault see names and no value, and nobody in without a role', async () => {
    const vault = new URL(installation.vaultUrl).hostname;
    const get = async (path: string, identity: 'monitor' | 'broker') =>
      (
        await cloud.call(`/${vault}${path}?api-version=7.5`, {
          headers: {
            authorization: `Bearer ${await cloud.token('https://vault.azure.net', identity)}`,
          },
        })
      ).status;
    expect(await get('/secrets', 'monitor')).toBe(200);
    expect(await get('/secrets/none', 'monitor')).toBe(403);
    expect(await get('/secrets/none', 'broker')).toBe(404);
    await cloud.control('PUT', 'permissions', { vaultRoles: { broker: [], monitor: [] } });
    expect(await get('/secrets/none', 'broker')).toBe(403);
    expect(await get('/secrets', 'monitor')).toBe(403);
  });
});
