import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { people } from '../../../local/cloud/seed-people.ts';
import { testCloud } from '../../support/local-cloud.ts';
import {
  authorizePath,
  redirected,
  refusal,
  smartConnect,
  submit,
  tokenCall,
} from '../../support/local-entra.ts';

const admin = 'admin@contoso.example';

function consentPath(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: smartConnect.clientId,
    redirect_uri: smartConnect.redirectUri,
    scope: 'https://api.businesscentral.dynamics.com/.default',
    state: 'a state',
    ...more,
  });
  return `/login.microsoftonline.com/${installation.tenantId}/v2.0/adminconsent?${query.toString()}`;
}

describe('admin consent at the local Entra', () => {
  it('lets an administrator agree for everybody, who are then not asked any more', async () => {
    const cloud = testCloud();
    const path = consentPath();
    expect(await (await cloud.call(path)).text()).toContain('Pick an account');
    const question = await (await submit(cloud, path, { user: admin })).text();
    expect(question).toContain('Permissions requested for everyone');
    const answer = redirected(await submit(cloud, path, { user: admin, consent: 'accept' }));
    expect(answer.address).toBe(smartConnect.redirectUri);
    expect(answer.fields).toEqual({
      admin_consent: 'True',
      tenant: installation.tenantId,
      scope: 'https://api.businesscentral.dynamics.com/.default',
      state: 'a state',
    });
    const signedIn = await submit(cloud, authorizePath(), { user: people.erp.id });
    expect(redirected(signedIn).fields).toHaveProperty('code');
  });

  it('takes nobody else, and tells the client when it was declined', async () => {
    const cloud = testCloud();
    const path = consentPath();
    const page = await submit(cloud, path, { user: people.erp.id, consent: 'accept' });
    expect(await page.text()).toContain('AADSTS90094');
    const { fields } = redirected(await submit(cloud, path, { user: admin, consent: 'cancel' }));
    expect(fields).toMatchObject({
      error: 'access_denied',
      admin_consent: 'True',
      tenant: installation.tenantId,
      state: 'a state',
    });
    const asked = await submit(cloud, authorizePath(), { user: people.erp.id });
    expect(await asked.text()).toContain('Permissions requested');
  });

  it('is answered without a page after the control, by the first administrator if none is named', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'sign-in', { userPrincipalName: null, consent: true });
    expect(redirected(await cloud.call(consentPath())).fields['admin_consent']).toBe('True');
    await cloud.control('POST', 'sign-in', { userPrincipalName: 'erp@contoso.example' });
    const { fields } = redirected(await cloud.call(consentPath()));
    expect(fields['error_description']).toMatch(/^AADSTS90094/);
  });

  it('tells what is wrong to the client, or to the person where there is none', async () => {
    const cloud = testCloud();
    const evil = await cloud.call(consentPath({ redirect_uri: 'https://evil.example' }));
    expect(await evil.text()).toContain('AADSTS50011');
    const scope = redirected(
      await cloud.call(consentPath({ scope: 'https://no.example/.default' })),
    );
    expect(scope.fields['error']).toBe('invalid_resource');
    const tenant = consentPath().replace(installation.tenantId, 'common');
    expect(await (await cloud.call(tenant)).text()).toContain('AADSTS90002');
  });
});

describe('an application of several tenants', () => {
  const tenantId = '11111111-2222-4333-8444-555555555555';
  const appId = 'a1a1a1a1-0000-4000-8000-000000000002';

  async function twoTenants(signInAudience: string) {
    const cloud = testCloud();
    const application = {
      appId,
      signInAudience,
      web: { redirectUris: ['http://localhost/oauth/callback'] },
      passwordCredentials: [{ secretText: 'the-secret', endDateTime: '2099-01-01T00:00:00Z' }],
    };
    await cloud.control('PUT', 'tenant', { applications: [application] });
    await cloud.control('PUT', 'tenant', {
      tenantId,
      users: [{ userPrincipalName: 'someone@fabrikam.example' }],
    });
    return cloud;
  }

  const scope = 'https://api.businesscentral.dynamics.com/user_impersonation offline_access';
  const client = { client_id: appId, client_secret: 'the-secret' };

  it('is known in a tenant once somebody there agreed to it, and proves itself with its own secret', async () => {
    const cloud = await twoTenants('AzureADMultipleOrgs');
    const appOnly = {
      ...client,
      grant_type: 'client_credentials',
      scope: 'https://api.businesscentral.dynamics.com/.default',
    };
    const before = await refusal(await tokenCall(cloud, appOnly, tenantId));
    expect(before).toEqual([400, 'unauthorized_client', [7_000_229]]);
    const path = authorizePath({ client_id: appId, scope, code_challenge: null }, tenantId);
    const user = 'someone@fabrikam.example';
    const { fields } = redirected(await submit(cloud, path, { user, consent: 'accept' }));
    const form = {
      ...client,
      grant_type: 'authorization_code',
      code: fields['code'] ?? '',
      redirect_uri: smartConnect.redirectUri,
    };
    expect((await tokenCall(cloud, form, tenantId)).status).toBe(200);
    expect((await tokenCall(cloud, appOnly, tenantId)).status).toBe(200);
  });

  it('is not found elsewhere when it is for one tenant', async () => {
    const cloud = await twoTenants('AzureADMyOrg');
    const path = authorizePath({ client_id: appId, scope }, tenantId);
    expect(await (await cloud.call(path)).text()).toContain('AADSTS700016');
  });
});
