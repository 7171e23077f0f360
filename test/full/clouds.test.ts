import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocal } from '../../local/local-cloud.ts';
import { installation } from '../../local/cloud/installation.ts';
import { CLOUD_NAMES } from '../../local/cloud/national-clouds.ts';
import { callProduct } from '../../local/product-client.ts';
import type { Local } from '../../local/run-local.ts';
import { clouds } from '../../shared/clouds.ts';

const FABRIKAM = 'fab00000-0000-4000-8000-000000000001';
const DAY_MS = 86_400_000;

interface Logged {
  url: string;
  body: string;
}

/** The README's way, and a tenant beside the home tenant, with the real processes (built by `node build.mjs`). */
describe.each(CLOUD_NAMES)('an installation in the cloud %s', (cloudName) => {
  const cloud = clouds[cloudName];
  let local: Local;

  const control = async (method: string, path: string, body?: Record<string, unknown>) => {
    const url = `${local.cloudUrl}/_control/${path}`;
    return JSON.parse((await callProduct(method, url, { body })).text) as unknown;
  };
  const product = (
    method: string,
    path: string,
    {
      body,
      expected = [200, 201, 202],
    }: { body?: Record<string, unknown>; expected?: number[] } = {},
  ) =>
    callProduct(method, `${local.url}${path}`, {
      headers: { 'x-keyturn-key': local.keys?.admin ?? '' },
      body,
      expected,
    });
  const requests = async () => (await control('GET', 'requests')) as Logged[];

  beforeAll(async () => {
    local = await startLocal({ port: 0, cloudPort: 0, cloudName });
    await control('PUT', 'tenant', {
      tenantId: FABRIKAM,
      displayName: 'Fabrikam',
      applications: [
        {
          displayName: 'Orders',
          owners: ['tom'],
          passwordCredentials: [{ endDateTime: new Date(Date.now() + 2 * DAY_MS).toISOString() }],
        },
      ],
      users: [{ id: 'tom', displayName: 'Tom', mail: 'tom@fabrikam.example' }],
    });
    await control('PUT', 'permissions', {
      tenants: { [FABRIKAM]: ['Application.Read.All', 'User.Read.All', 'Organization.Read.All'] },
    });
    await product('POST', '/api/tenants', { body: { tenantId: FABRIKAM } });
    await product('POST', '/api/checks');
    await control('POST', 'clock', { advance: 'PT0S' });
  }, 120_000);
  afterAll(() => local.stop());

  it('reads both tenants to their end, the home tenant with its vault', async () => {
    const { runs } = (await product('GET', '/api/checks')).body as {
      runs: { status: string; reasons: string[] }[];
    };
    expect(runs.map(({ status, reasons }) => [status, reasons])).toEqual([
      ['complete', []],
      ['complete', []],
    ]);
    const hosts = (await requests()).map(({ url }) => new URL(url).host);
    expect(hosts).toContain(`contoso-kv.${cloud.vaultSuffix}`);
  });

  it('calls no host of another cloud', async () => {
    const hosts = new Set((await requests()).map(({ url }) => new URL(url).host));
    hosts.delete('hooks.contoso.example');
    const isOurs = (host: string) =>
      host === new URL(cloud.loginUrl).host ||
      host === new URL(cloud.graphUrl).host ||
      host.endsWith(`.${cloud.vaultSuffix}`) ||
      cloud.dataverseHost.test(host.slice(host.indexOf('.') + 1)) ||
      (cloudName === 'public' && host === 'api.businesscentral.dynamics.com') ||
      host === TEAMS[cloudName];
    expect([...hosts].filter((host) => !isOurs(host))).toEqual([]);
    expect(hosts).toContain(new URL(cloud.graphUrl).host);
    expect(hosts).toContain(TEAMS[cloudName]);
  });

  it('signs in to the other tenant with the assertion that this cloud exchanges', async () => {
    const asked = (await requests()).find(({ url }) =>
      url.startsWith(`${cloud.loginUrl}/${FABRIKAM}/oauth2/v2.0/token`),
    );
    expect(asked?.body).toContain(encodeURIComponent(`${cloud.graphUrl}/.default`));
    expect(asked?.body).toContain('client_assertion');
  });

  it('sends people to the portal of this cloud, for the tenant that it is about', async () => {
    const mails = (await control('GET', 'mail')) as { to: string[]; text: string; html: string }[];
    const [mail] = mails.filter(({ to }) => to.includes('tom@fabrikam.example'));
    expect(mail?.html).toContain(`${cloud.portalUrl}/`);
    expect(mail?.html).toContain(FABRIKAM);
    const portals = mails.flatMap(({ html }) => html.match(/https:\/\/portal\.azure\.\w+/g) ?? []);
    expect(new Set(portals)).toEqual(new Set([cloud.portalUrl]));
  });

  it('hands out a token for Dataverse in this cloud, and refuses an organisation of another', async () => {
    const key = local.connectionKeys['crm-sales'] ?? '';
    const token = await callProduct('GET', `${local.url}/api/connections/crm-sales/token`, {
      headers: { 'x-keyturn-key': key },
    });
    expect(token.body['token_type']).toBe('Bearer');
    const other = cloudName === 'china' ? 'crm4.dynamics.com' : 'crm.dynamics.cn';
    const refused = await product('PUT', '/api/connections/elsewhere', {
      body: {
        displayName: 'Elsewhere',
        kind: 'dataverse',
        tenantId: installation.tenantId,
        clientId: FABRIKAM,
        clientSecret: 'x8Q~nothing',
        serviceUrl: `https://contoso.${other}`,
      },
      expected: [400],
    });
    expect(refused.text).toContain('KEYTURN_CLOUD');
  });

  it('has what its cloud has', async () => {
    const bc = await product('PUT', '/api/connections/bc-another', {
      body: {
        displayName: 'BC another',
        kind: 'businessCentral',
        clientId: FABRIKAM,
        clientSecret: 'x8Q~nothing',
        serviceUrl: `https://api.businesscentral.dynamics.com/v2.0/${installation.tenantId}/Production/ODataV4`,
      },
      expected: [201, 400],
    });
    expect(bc.status).toBe(cloud.hasBusinessCentral ? 201 : 400);
    const asked = (await requests()).some(({ url }) => url.includes('appCredentialSignIn'));
    expect(asked).toBe(cloud.hasSignInActivity);
  });
});

const ENVIRONMENT = 'default7c0a9c7e5d1b4c399a530d1f0c0ffe.e0.environment.api';
const TEAMS = {
  public: `${ENVIRONMENT}.powerplatform.com`,
  usGov: `${ENVIRONMENT}.high.powerplatform.microsoft.us`,
  usGovDod: `${ENVIRONMENT}.appsplatform.us`,
  china: `${ENVIRONMENT}.powerplatform.partner.microsoftonline.cn`,
};
