import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBusinessCentralUrl } from '../../shared/connections/business-central-url.ts';

const HOST = 'https://api.businesscentral.dynamics.com';
const TENANT = '7378d38b-9520-449c-8868-92301cb167fc';

describe('a Business Central service URL', () => {
  it.each([
    [`${HOST}/v2.0/${TENANT}/Production/ODataV4/`, 'Production', null],
    [` ${HOST}/v2.0/${TENANT.toUpperCase()}/Production/odatav4 `, 'Production', null],
    [`${HOST}/v2.0/${TENANT}/Staging/ODataV4/Company('VCT')/PurchaseJournals`, 'Staging', 'VCT'],
    [`${HOST}/v2.0/${TENANT}/S_1/ODataV4/Company('O''Hara %26 Sons')`, 'S_1', "O'Hara & Sons"],
  ])('reads %s', (text, environment, company) => {
    expect(readBusinessCentralUrl(text)).toEqual({
      ok: true,
      tenant: TENANT,
      environment,
      company,
      protocol: 'odata',
      baseUrl: `${HOST}/v2.0/${TENANT}/${environment}/ODataV4/`,
    });
  });

  it.each([
    [`${HOST}/v2.0/${TENANT}/Production/api/v2.0/companies`, 'v2.0', TENANT],
    [
      `${HOST}/v2.0/Production/api/acme/finance/v1.5/companies(1)/vendors`,
      'acme/finance/v1.5',
      null,
    ],
    [`${HOST}/v2.0/Production/cronus.com/api/v2.0`, 'v2.0', 'cronus.com'],
  ])('reads the API of %s', (text, api, tenant) => {
    const root = tenant === null ? 'Production' : `${tenant}/Production`;
    expect(readBusinessCentralUrl(text)).toEqual({
      ok: true,
      tenant,
      environment: 'Production',
      company: null,
      protocol: 'api',
      baseUrl: `${HOST}/v2.0/${root}/api/${api}/`,
    });
  });

  it.each([
    ['v1.0', `${HOST}/v1.0/${TENANT}/api/beta/paymentTerms`],
    ['scope', `${HOST}/.default`],
    ['web client', 'https://businesscentral.dynamics.com/Production?company=CRONUS'],
    ['admin center', `${HOST}/v2.0/admin/applications/BusinessCentral/environments/Sandbox`],
    ['SOAP', `${HOST}/v2.0/${TENANT}/Production/WS/CRONUS/Codeunit/bccl`],
    ['program code', `${HOST}/v1.0/" + tenant + "/sandbox/ODataV4/" + companyname`],
    ['masked', `${HOST}/v2.0/**hidden**/Production/ODataV4/`],
    ['neither a tenant', `${HOST}/v2.0/`],
    ['no environment', `${HOST}/v2.0/${TENANT}/ODataV4/`],
    ['not Business Central online', `https://kpa.dev.intra:7048/BC/ODataV4/`],
    ['not Business Central online', 'https://api.businesscentral.dynamics.com.evil.example/v2.0/'],
    ['not Business Central online', `https://api.businesscentral.dynamics.com./v2.0/x/ODataV4/`],
    ['https', `http://api.businesscentral.dynamics.com/v2.0/${TENANT}/Production/ODataV4/`],
    ['user name', `https://a:b@api.businesscentral.dynamics.com/v2.0/${TENANT}/P/ODataV4/`],
    ['port', `${HOST}:8443/v2.0/${TENANT}/Production/ODataV4/`],
    ['question mark', `${HOST}/v2.0/${TENANT}/Production/ODataV4/?tenant=x`],
    ['dot segments', `${HOST}/v2.0/${TENANT}/../Production/ODataV4/`],
    ['encoded slash', `${HOST}/v2.0/${TENANT}/a%2Fb/ODataV4/`],
    ['two slashes', `${HOST}/v2.0/${TENANT}//Production/ODataV4/`],
    ['cannot be the name', `${HOST}/v2.0/${TENANT}/1st/ODataV4/`],
    ['not a URL', 'Production'],
  ])('refuses with the cure: %s', (because, text) => {
    const read = readBusinessCentralUrl(text);
    expect(read).toMatchObject({ ok: false });
    expect(read.ok ? '' : read.detail).toContain(because);
    expect(read.ok ? '' : read.detail).toContain('Enter it like https://');
  });

  it('reads its own answer again, and never leaves the service', () => {
    const part = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const read = readBusinessCentralUrl(`${HOST}/v2.0/${parts.join('/')}`);
        if (!read.ok) return;
        expect(new URL(read.baseUrl).origin).toBe(HOST);
        expect(readBusinessCentralUrl(read.baseUrl)).toMatchObject({
          ok: true,
          baseUrl: read.baseUrl,
        });
      }),
    );
  });

  const posted = '../shared/data/business-central/105-service-urls-as-posted.tsv';
  it.runIf(existsSync(posted))('understands or refuses every URL that people posted', () => {
    const lines = readFileSync(posted, 'utf8').split('\n').slice(1).filter(Boolean);
    const read = lines.map((line) => readBusinessCentralUrl(line.split('\t')[0] ?? ''));
    expect(read.map((one) => (one.ok ? (one.environment ?? '') : 'refused'))).toEqual([
      'Production',
      'Staging',
      'refused',
      'SandboxFeb26',
      'production',
      ...Array.from({ length: lines.length - 5 }, () => 'refused'),
    ]);
  });
});
