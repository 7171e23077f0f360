import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { people } from '../../../local/cloud/seed-people.ts';
import { testCloud } from '../../support/local-cloud.ts';
import { authorizePath, redirected, smartConnect, submit } from '../../support/local-entra.ts';

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
