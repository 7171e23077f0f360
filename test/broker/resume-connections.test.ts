import { beforeEach, describe, expect, it } from 'vitest';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import { resumeConnections } from '../../shared/broker/resume-connections.ts';
import { brokerHttp, TENANT, type BrokerHttp } from '../support/broker-http.ts';

const GOOD = 'bc-8Q~local.bc-repo.opens-nothing-else';
const WRONG = 'old8Q~a-secret-that-was-deleted-in-the-portal';
const PROGRAM = { grantType: 'clientCredentials', clientId: seedAppId('BC Reporting') };
const SANDBOX = {
  serviceUrl: `https://api.businesscentral.dynamics.com/v2.0/${TENANT}/Sandbox/ODataV4/`,
};
let broker: BrokerHttp;

/** Two connections of one application, whose secret was deleted. */
beforeEach(async () => {
  broker = await brokerHttp();
  for (const id of ['bc-one', 'bc-two']) {
    await broker.put(id, { ...PROGRAM, ...SANDBOX, clientSecret: WRONG });
    await test(id);
  }
});

const test = (id: string) => broker.asAdmin('testConnection', id, { body: {} });
const statusOf = async (id: string) =>
  (await broker.asAdmin('showConnection', id, { method: 'GET' })).json()['status'];
const resume = async () => resumeConnections(await broker.services.broker());

/** A secret that is entered in one connection and gets a token there. */
async function enterIn(id: string, clientSecret: string): Promise<void> {
  broker.clock.advance(60_000);
  const changed = await broker.asAdmin('patchConnection', id, {
    method: 'PATCH',
    headers: { 'if-match': '*' },
    body: { clientSecret },
  });
  expect(changed.status).toBe(200);
  await test(id);
}

describe('a new secret that works in one connection', () => {
  it('is taken over by those that the old one stopped, and they work again', async () => {
    expect([await statusOf('bc-one'), await statusOf('bc-two')]).toEqual([
      'appCredentialBroken',
      'appCredentialBroken',
    ]);
    expect(await resume()).toBe(0);
    await enterIn('bc-one', GOOD);
    expect(await resume()).toBe(1);
    expect(await statusOf('bc-two')).toBe('connected');
    const key = await broker.key('bc-two');
    const token = await broker.token('bc-two', { headers: { 'x-keyturn-key': key } });
    expect(token.status).toBe(200);
    expect(broker.logs.join()).not.toContain(GOOD.slice(8));
    // Nothing is left to do.
    expect(await resume()).toBe(0);
  });

  it('reaches the others although one of them has trouble of its own', async () => {
    await broker.put('bc-three', { ...PROGRAM, ...SANDBOX, clientSecret: WRONG });
    await test('bc-three');
    await enterIn('bc-one', GOOD);
    const parts = await broker.services.broker();
    const put: typeof parts.vault.put = async (name, value, facts) => {
      if (name.startsWith('conn-bc-three')) throw new Error('the vault is busy');
      return parts.vault.put(name, value, facts);
    };
    expect(await resumeConnections({ ...parts, vault: { ...parts.vault, put } })).toBe(1);
    expect(await statusOf('bc-two')).toBe('connected');
    expect(await resume()).toBe(1);
    expect(await statusOf('bc-three')).toBe('connected');
  });

  it('is not handed on before it has got a token', async () => {
    await enterIn('bc-one', `${WRONG}-either`);
    expect(await resume()).toBe(0);
    expect(await statusOf('bc-two')).toBe('appCredentialBroken');
  });

  it('stays with its application and its API (security rule 10)', async () => {
    await broker.put('other-app', {
      ...PROGRAM,
      ...SANDBOX,
      clientId: seedAppId('SmartConnect BC Prod'),
      clientSecret: WRONG,
    });
    await broker.put('other-api', {
      ...PROGRAM,
      kind: 'dataverse',
      serviceUrl: 'https://contoso.crm4.dynamics.com',
      tenantId: TENANT,
      clientSecret: WRONG,
    });
    for (const id of ['other-app', 'other-api']) await test(id);
    await enterIn('bc-one', GOOD);
    await resume();
    for (const id of ['other-app', 'other-api'])
      expect(await statusOf(id)).toBe('appCredentialBroken');
  });
});
