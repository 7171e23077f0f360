import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { people } from '../../../local/cloud/seed-people.ts';
import { testCloud } from '../../support/local-cloud.ts';
import { authorizePath, redirected, smartConnect, submit } from '../../support/local-entra.ts';

const erika = people.erp.id;
const callback = 'http://localhost:7071/oauth/callback';

describe('signing in at the local Entra', () => {
  it('shows the people of the directory, then the permissions, then goes back with code and state', async () => {
    const cloud = testCloud();
    const path = authorizePath();
    const page = await cloud.call(path);
    expect(page.headers.get('content-type')).toContain('text/html');
    const text = await page.text();
    expect(text).toContain('SmartConnect BC Prod');
    expect(text).toContain('Erika Petersen');
    expect(text).toContain('name="viewport"');
    expect(text).not.toContain('<script');

    const question = await (await submit(cloud, path, { user: erika })).text();
    expect(question).toContain('Access Dynamics 365 Business Central as you');
    expect(question).toContain('value="accept"');

    const answer = await submit(cloud, path, { user: erika, consent: 'accept' });
    expect(answer.status).toBe(302);
    const { address, fields } = redirected(answer);
    expect(address).toBe(callback);
    expect(fields).toMatchObject({ state: 'state & more', code: expect.any(String) as string });
  });

  it('remembers what a person agreed to, for that client and resource only', async () => {
    const cloud = testCloud();
    await submit(cloud, authorizePath(), { user: erika, consent: 'accept' });
    const again = await submit(cloud, authorizePath(), { user: erika });
    expect(redirected(again).fields).toHaveProperty('code');
    const other = await submit(cloud, authorizePath(), { user: people.sales.id });
    expect(await other.text()).toContain('Permissions requested');
    const asked = await submit(cloud, authorizePath({ prompt: 'consent' }), { user: erika });
    expect(await asked.text()).toContain('Permissions requested');
    const graph = await submit(cloud, authorizePath({ scope: 'User.Read' }), { user: erika });
    expect(await graph.text()).toContain('Sign you in and read your profile');
  });

  it('tells the client that a person declined', async () => {
    const cloud = testCloud();
    const answer = await submit(cloud, authorizePath(), { user: erika, consent: 'cancel' });
    const { fields } = redirected(answer);
    expect(fields).toMatchObject({
      error: 'access_denied',
      error_subcode: 'cancel',
      state: 'state & more',
    });
    expect(fields['error_description']).toMatch(/^AADSTS65004: /);
    const again = await submit(cloud, authorizePath(), { user: erika });
    expect(await again.text()).toContain('Permissions requested');
  });

  it('keeps what only an admin can grant for an admin', async () => {
    const cloud = testCloud();
    const path = authorizePath({ scope: 'Directory.Read.All offline_access' });
    const refused = await submit(cloud, path, { user: erika });
    expect(await refused.text()).toContain('Need admin approval');
    const back = redirected(await submit(cloud, path, { user: erika, consent: 'return' }));
    expect(back.fields['error']).toBe('access_denied');
    expect(back.fields['error_description']).toMatch(/^AADSTS90094: /);
    const forced = redirected(await submit(cloud, path, { user: erika, consent: 'accept' }));
    expect(forced.fields).not.toHaveProperty('code');

    const admin = 'admin@contoso.example';
    expect(await (await submit(cloud, path, { user: admin })).text()).toContain('on behalf of');
    await submit(cloud, path, { user: admin, consent: 'accept', everyone: 'yes' });
    const granted = await submit(cloud, path, { user: erika });
    expect(redirected(granted).fields).toHaveProperty('code');
  });

  it('answers by form_post with a form that a person can send without scripts', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'sign-in', { userPrincipalName: null });
    const hostile = '"><script>alert(1)</script>';
    const answer = await cloud.call(authorizePath({ response_mode: 'form_post', state: hostile }));
    const text = await answer.text();
    expect(text).toContain(`action="${callback}"`);
    expect(text).toContain('<button class="main">Continue</button>');
    expect(text).toMatch(/name="code" value="1\.AQ/);
    expect(text).not.toContain('<script>alert');
    const nonce = /<script nonce="([^"]+)"/.exec(text)?.[1];
    expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
  });

  it('answers in the fragment when asked', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'sign-in', { userPrincipalName: null });
    const answer = await cloud.call(authorizePath({ response_mode: 'fragment' }));
    expect(answer.headers.get('location')).toMatch(/oauth\/callback#code=/);
  });

  it('puts the expected account first, and refuses one that is disabled or unknown on its page', async () => {
    const cloud = testCloud();
    const path = authorizePath({ login_hint: 'wanda.ebner@contoso.example' });
    const text = await (await cloud.call(path)).text();
    expect(text.indexOf('Wanda Ebner')).toBeLessThan(text.indexOf('Erika Petersen'));
    expect(text).toContain('suggested by the application');
    const left = await submit(cloud, path, { user: 'lars.ek@contoso.example' });
    expect(await left.text()).toContain('AADSTS50057: The user account is disabled.');
    const nobody = await submit(cloud, path, { user: 'nobody@contoso.example' });
    expect(await nobody.text()).toContain('AADSTS50034');
  });

  it('is answered without a page once after the control', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'sign-in', {
      userPrincipalName: 'erp@contoso.example',
      consent: true,
    });
    expect(redirected(await cloud.call(authorizePath())).fields).toHaveProperty('code');
    expect((await cloud.call(authorizePath())).status).toBe(200);
    await cloud.control('POST', 'sign-in', {
      userPrincipalName: 'data.nobody@contoso.example',
      consent: true,
    });
    const unknown = redirected(await cloud.call(authorizePath()));
    expect(unknown.fields['error_description']).toMatch(/^AADSTS50034/);
    await cloud.control('POST', 'sign-in', {
      userPrincipalName: 'samir.lahlou@contoso.example',
      consent: false,
    });
    const declined = redirected(await cloud.call(authorizePath()));
    expect(declined.fields['error_description']).toMatch(/^AADSTS65004/);
  });
});

describe('an authorize request that is wrong', () => {
  async function pageSays(path: string): Promise<string> {
    const answer = await testCloud().call(path);
    expect(answer.headers.get('location')).toBeNull();
    return answer.text();
  }

  it('is told to the person when the client cannot be answered', async () => {
    expect(await pageSays(authorizePath({ client_id: erika }))).toContain('AADSTS700016');
    expect(await pageSays(authorizePath({ client_id: null }))).toContain('AADSTS900144');
    expect(await pageSays(authorizePath({}, 'nowhere.example'))).toContain('AADSTS90002');
    for (const redirectUri of [
      'https://evil.example/oauth/callback',
      'http://localhost:7071/OAuth/Callback',
      'http://localhost:7071/oauth/callback/',
      'http://127.0.0.1:7071/oauth/callback',
      'https://localhost/oauth/callback',
      'not a uri',
    ]) {
      const page = await pageSays(authorizePath({ redirect_uri: redirectUri }));
      expect(page, redirectUri).toContain('AADSTS50011');
    }
  });

  it('is told to the client when the client can be answered', async () => {
    const cloud = testCloud();
    const wrong: [Record<string, string | null>, string, string][] = [
      [{ response_type: 'token' }, 'unsupported_response_type', 'AADSTS700054'],
      [{ scope: null }, 'invalid_request', 'AADSTS900144'],
      [{ scope: 'https://unknown.example/.default' }, 'invalid_resource', 'AADSTS500011'],
      [{ scope: 'Everything.Own' }, 'invalid_client', 'AADSTS650053'],
      [{ scope: 'https://contoso.crm4.dynamics.com/.default' }, 'invalid_resource', 'AADSTS650057'],
      [{ scope: 'User.Read https://graph.microsoft.com/.default' }, 'invalid_scope', 'AADSTS70011'],
      [{ code_challenge: 'short' }, 'invalid_request', 'AADSTS50147'],
      [{ code_challenge_method: 'S512' }, 'invalid_request', 'AADSTS50148'],
      [{ prompt: 'maybe' }, 'invalid_request', 'AADSTS90023'],
      [{ prompt: 'none' }, 'login_required', 'AADSTS50058'],
    ];
    for (const [parameters, error, number] of wrong) {
      const { address, fields } = redirected(await cloud.call(authorizePath(parameters)));
      expect(address).toBe(smartConnect.redirectUri);
      expect(fields, number).toMatchObject({ error, state: 'state & more' });
      expect(fields['error_description']).toContain(`${number}: `);
    }
  });

  it('takes any port of localhost, as Entra does', async () => {
    const cloud = testCloud();
    await cloud.control('POST', 'sign-in', { userPrincipalName: null });
    const elsewhere = 'http://localhost:9999/oauth/callback';
    const answer = redirected(await cloud.call(authorizePath({ redirect_uri: elsewhere })));
    expect(answer.address).toBe(elsewhere);
  });

  it('is answered under the verified domain of the tenant too', async () => {
    const answer = await testCloud().call(authorizePath({}, installation.verifiedDomain));
    expect(await answer.text()).toContain('Pick an account');
  });

  it('finds nothing in a disabled application', async () => {
    const cloud = testCloud();
    const { clientId } = smartConnect;
    await cloud.control('PUT', 'tenant', {
      applications: [{ appId: clientId, displayName: 'Off', web: { redirectUris: [callback] } }],
      servicePrincipals: [{ appId: clientId, accountEnabled: false }],
    });
    expect(await (await cloud.call(authorizePath())).text()).toContain('AADSTS7000112');
  });
});
