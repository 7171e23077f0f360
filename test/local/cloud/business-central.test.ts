import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { seedAppId } from '../../../local/cloud/seed-apis.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';
import { accessTokenFor, codeFor, redeem, tokenCall } from '../../support/local-entra.ts';

const host = '/api.businesscentral.dynamics.com';
const production = `${host}/v2.0/${installation.tenantId}/Production`;
const erp = 'erp@contoso.example';

async function get(cloud: TestCloud, path: string, token: string): Promise<Response> {
  return cloud.call(path, { headers: { authorization: `Bearer ${token}` } });
}

async function appToken(cloud: TestCloud, application: string, secret: string): Promise<string> {
  const answer = await tokenCall(cloud, {
    grant_type: 'client_credentials',
    client_id: seedAppId(application),
    client_secret: `${secret.slice(0, 3)}8Q~local.${secret}.opens-nothing-else`,
    scope: 'https://api.businesscentral.dynamics.com/.default',
  });
  return String(((await answer.json()) as Record<string, unknown>)['access_token']);
}

describe('the local Business Central', () => {
  it('lists the companies of an environment by API v2.0 and by OData', async () => {
    const cloud = testCloud();
    const token = await accessTokenFor(cloud, erp);
    const api = await get(cloud, `${production}/api/v2.0/companies`, token);
    expect(await api.json()).toMatchObject({
      '@odata.context': expect.stringContaining('#companies') as string,
      value: [
        { name: 'CRONUS', displayName: 'CRONUS International Ltd.' },
        { name: 'CRONUS Retail' },
        { name: 'My Company', displayName: '' },
      ],
    });
    const odata = await get(cloud, `${production}/ODataV4/Company`, token);
    const { value } = (await odata.json()) as { value: { Name: string; Id: string }[] };
    expect(value.map(({ Name }) => Name)).toEqual(['CRONUS', 'CRONUS Retail', 'My Company']);
    const one = await get(cloud, `${production}/ODataV4/Company('CRONUS%20Retail')`, token);
    expect(await one.json()).toMatchObject({ Id: value[1]?.Id });
    const byId = await get(cloud, `${production}/api/v2.0/companies(${value[0]?.Id})`, token);
    expect(await byId.json()).toMatchObject({ name: 'CRONUS' });
  });

  it('takes the tenant by domain or from the token, and names without their case', async () => {
    const cloud = testCloud();
    const token = await accessTokenFor(cloud, erp);
    for (const path of [
      `/v2.0/${installation.verifiedDomain}/sandbox/ODataV4/Company`,
      '/v2.0/Sandbox/ODataV4/Company',
      '/v2.0/Sandbox/odatav4/Company/',
    ]) {
      const answer = await get(cloud, `${host}${path}`, token);
      expect(await answer.json(), path).toMatchObject({ value: [{ Name: 'CRONUS' }] });
    }
  });

  it('refuses every token that is not for it, with a correlation id', async () => {
    const cloud = testCloud();
    const token = await accessTokenFor(cloud, erp);
    const forGraph = await accessTokenFor(cloud, erp, { scope: 'User.Read' });
    const path = `${production}/api/v2.0/companies`;
    const parts = token.split('.');
    const tampered = [parts[0], parts[1], 'AAAA'].join('.');
    for (const wrong of ['', 'x.y.z', tampered, forGraph]) {
      const answer = await get(cloud, path, wrong);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual({
        error: {
          code: 'Authentication_InvalidCredentials',
          message: expect.stringMatching(
            /^The server has rejected the client credentials\. {2}CorrelationId: {2}[0-9a-f-]{36}\.$/,
          ) as string,
        },
      });
    }
    const other = `${host}/v2.0/11111111-2222-4333-8444-555555555555/Production/api/v2.0/companies`;
    expect((await get(cloud, other, token)).status).toBe(401);
    cloud.clock.advance(4_500_000);
    expect((await get(cloud, path, token)).status).toBe(401);
  });

  it('knows its own users: an empty list without permissions, 401 for a stranger', async () => {
    const cloud = testCloud();
    const path = `${production}/api/v2.0/companies`;
    const without = await accessTokenFor(cloud, 'build.agent@contoso.example');
    const empty = await get(cloud, path, without);
    expect(empty.status).toBe(200);
    expect(await empty.json()).toMatchObject({ value: [] });
    const stranger = await accessTokenFor(
      cloud,
      'adele.vance_fabrikam.example#EXT#@contoso.example',
    );
    expect((await get(cloud, path, stranger)).status).toBe(401);
  });

  it('takes a program with a card in "Microsoft Entra applications" only', async () => {
    const cloud = testCloud();
    const path = `${production}/ODataV4/Company`;
    const reporting = await appToken(cloud, 'BC Reporting', 'bc-repo');
    expect((await get(cloud, path, reporting)).status).toBe(200);
    const smartConnect = await appToken(cloud, 'SmartConnect BC Prod', 'bc-prod');
    expect((await get(cloud, path, smartConnect)).status).toBe(401);
  });

  it('says what is not there', async () => {
    const cloud = testCloud();
    const token = await accessTokenFor(cloud, erp);
    const said = async (path: string, method = 'GET') => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await cloud.call(`${host}${path}`, { method, headers });
      const { error } = (await answer.json()) as { error: { code: string } };
      return [answer.status, error.code];
    };
    const tenant = `/v2.0/${installation.tenantId}`;
    expect(await said(`${tenant}/Nowhere/ODataV4/Company`)).toEqual([404, 'NoEnvironment']);
    expect(await said(`${tenant}/Production/ODataV4/Customers`)).toEqual([
      404,
      'BadRequest_ResourceNotFound',
    ]);
    expect(await said('/v3.0/whatever')).toEqual([404, 'BadRequest_NotFound']);
    expect(await said(`${tenant}/Production/ODataV4/Company`, 'DELETE')).toEqual([
      405,
      'BadRequest_MethodNotAllowed',
    ]);
  });
});

describe('the local Dataverse', () => {
  const crm = {
    client_id: seedAppId('CRM Sales Sync'),
    scope: `${installation.dataverseUrl}/.default offline_access`,
    code_challenge: null,
    code_challenge_method: null,
  };

  async function crmToken(cloud: TestCloud, userPrincipalName: string): Promise<string> {
    const code = await codeFor(cloud, userPrincipalName, crm);
    const answer = await redeem(cloud, code, {
      client_id: crm.client_id,
      client_secret: 'crm8Q~local.crm-sal.opens-nothing-else',
      code_verifier: null,
    });
    return String(((await answer.json()) as Record<string, unknown>)['access_token']);
  }

  it('tells who one is', async () => {
    const cloud = testCloud();
    const token = await crmToken(cloud, erp);
    for (const org of ['contoso.crm4', 'contoso.api.crm4']) {
      const answer = await get(cloud, `/${org}.dynamics.com/api/data/v9.2/WhoAmI`, token);
      expect(await answer.json()).toMatchObject({
        UserId: expect.any(String) as string,
        BusinessUnitId: expect.any(String) as string,
        OrganizationId: expect.any(String) as string,
      });
    }
  });

  it('refuses other tokens, people and organizations', async () => {
    const cloud = testCloud();
    const path = '/contoso.crm4.dynamics.com/api/data/v9.2/WhoAmI';
    const forBusinessCentral = await accessTokenFor(cloud, erp);
    const refused = await get(cloud, path, forBusinessCentral);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('resource_id=https://contoso.crm4');
    const agent = await crmToken(cloud, 'build.agent@contoso.example');
    expect((await get(cloud, path, agent)).status).toBe(403);
    const elsewhere = path.replace('contoso', 'fabrikam');
    expect((await get(cloud, elsewhere, await crmToken(cloud, erp))).status).toBe(404);
  });
});
