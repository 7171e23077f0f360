import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const PATH = 'https://graph.microsoft.com/beta/reports/appCredentialSignInActivities';

const tenant = {
  applications: [
    {
      id: 'app',
      appId: 'client',
      passwordCredentials: [{ keyId: 'old', endDateTime: '2027-01-01T00:00:00Z' }],
    },
  ],
  signInActivities: [
    { keyId: 'old', lastSignInDateTime: '2026-11-20T08:00:00Z' },
    { keyId: 'other', keyType: 'certificate', signInActivity: { lastSignInDateTime: null } },
  ],
};

/** A call with the monitor's token, to an address as Graph gives it. */
async function ask(cloud: TestCloud, url: string): Promise<Response> {
  const headers = { authorization: `Bearer ${await cloud.token()}` };
  return cloud.call(url.replace('https:/', ''), { headers });
}

describe('the report of sign-ins in the local Graph', () => {
  it('lists what the control was told, completed from who holds the credential', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', tenant);
    const answer = await ask(cloud, PATH);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      '@odata.context':
        'https://graph.microsoft.com/beta/$metadata#reports/appCredentialSignInActivities',
      value: [
        {
          keyId: 'old',
          keyType: 'clientSecret',
          appId: 'client',
          appObjectId: 'app',
          credentialOrigin: 'application',
          expirationDateTime: '2027-01-01T00:00:00Z',
          signInActivity: { lastSignInDateTime: '2026-11-20T08:00:00Z' },
        },
        { keyId: 'other', keyType: 'certificate', appId: null },
      ],
    });
  });

  it('is refused to who may not read audit logs', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'permissions', { monitor: ['Application.Read.All'] });
    const answer = await ask(cloud, PATH);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'Authorization_RequestDenied' } });
  });

  it('comes in pages', async () => {
    const cloud = testCloud();
    const signInActivities = Array.from({ length: 150 }, (_, index) => ({ keyId: `k${index}` }));
    await cloud.control('PUT', 'tenant', { signInActivities });
    const first = (await (await ask(cloud, PATH)).json()) as Record<string, unknown>;
    expect(first['value']).toHaveLength(100);
    const next = (await (await ask(cloud, String(first['@odata.nextLink']))).json()) as Record<
      string,
      unknown
    >;
    expect(next['value']).toHaveLength(50);
    expect(next).not.toHaveProperty('@odata.nextLink');
  });
});
