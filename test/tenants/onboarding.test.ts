import { afterEach, describe, expect, it } from 'vitest';
import { actByLink } from '../../functions/act-by-link.ts';
import { addTenant } from '../../functions/add-tenant.ts';
import { createTenantLink } from '../../functions/create-tenant-link.ts';
import { deleteTenant } from '../../functions/delete-tenant.ts';
import { listTenants } from '../../functions/list-tenants.ts';
import { oauthCallback } from '../../functions/oauth-callback.ts';
import { putTenant } from '../../functions/put-tenant.ts';
import { setConsent } from '../../local/cloud/control.ts';
import { installation } from '../../local/cloud/installation.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import type { TenantAnswer } from '../../shared/http/tenant-schemas.ts';
import type { Services } from '../../shared/services.ts';
import { AGREED, DAY_MS, FABRIKAM, startBesideFabrikam } from '../support/fabrikam.ts';
import { callHandler, type Answered, type SentRequest } from '../support/http-call.ts';
import type { InProcess } from '../support/in-process.ts';
import { app, ending } from '../support/one-tenant.ts';

let keyturn: InProcess;
let admin: Record<string, string>;
afterEach(() => keyturn.stop());

async function start(options: Parameters<typeof startBesideFabrikam>[0] = {}): Promise<void> {
  keyturn = await startBesideFabrikam(options);
  const { key } = await keyturn.services.keys.create({ role: 'admin', name: 'ops' });
  admin = { 'x-keyturn-key': key };
}

const FUNCTIONS = {
  actByLink,
  addTenant,
  createTenantLink,
  deleteTenant,
  listTenants,
  oauthCallback,
  putTenant,
};

function call(name: keyof typeof FUNCTIONS, sent: SentRequest = {}): Promise<Answered> {
  const { services } = keyturn;
  const { http } = createHttp<Services>(async () => ({ ok: true, services }));
  return callHandler(http(FUNCTIONS[name], name), sent);
}

const add = (body: object) => call('addTenant', { method: 'POST', headers: admin, body });

async function listed(tenantId = FABRIKAM): Promise<TenantAnswer> {
  const answer = await call('listTenants', { headers: admin });
  const { tenants } = answer.json() as { tenants: TenantAnswer[] };
  const found = tenants.find((one) => one.tenantId === tenantId);
  if (found === undefined) throw new Error(`${tenantId} is not listed`);
  return found;
}

const tokenIn = (url: unknown) => String(url).split('#')[1] ?? '';

/** Goes from a link to Microsoft's page, and gives what comes back from there with the cookie that was set. */
async function throughTheLink(
  token: string,
  { user = 'boss@fabrikam.example', consent = true } = {},
): Promise<{ path: string; cookie: string }> {
  const begun = await call('actByLink', {
    method: 'POST',
    body: { token, choice: 'adminConsent' },
  });
  const [cookie] = begun.cookies;
  keyturn.world.entra.armedSignIns.push({ userPrincipalName: user, consent });
  const page = await fetch(String(begun.json()['url']), { redirect: 'manual' });
  const back = new URL(page.headers.get('location') ?? '');
  return { path: back.pathname + back.search, cookie: `${cookie?.name}=${cookie?.value}` };
}

const wordIn = (answer: Answered) =>
  new URL(answer.headers.get('location') ?? 'x:').searchParams.get('result');

describe('onboarding a tenant by a link', () => {
  it('goes from a domain to a watched tenant, in the browser of its administrator', async () => {
    await start();
    const added = await add({ tenantId: 'fabrikam.example', displayName: 'Fabrikam Ltd' });
    expect(added.status).toBe(201);
    const { consentLink, ...tenant } = added.json() as { consentLink: { url: string } };
    expect(tenant).toMatchObject({ tenantId: FABRIKAM, status: 'waiting', from: 'api' });

    const token = tokenIn(consentLink.url);
    const asked = await call('actByLink', { method: 'POST', body: { token } });
    expect(asked.json()).toMatchObject({
      connect: { purpose: 'onboarding', organisation: `Fabrikam Ltd (${FABRIKAM})` },
      choices: [{ choice: 'adminConsent' }],
    });

    const { path, cookie } = await throughTheLink(token);
    const answer = await call('oauthCallback', { path, headers: { cookie } });
    expect(answer.status).toBe(303);
    expect(wordIn(answer)).toBe('tenantWatched');
    expect(await listed()).toMatchObject({ status: 'watched', statusReason: null });
    // A repeat of the browser is told the same; the link is used up.
    expect(wordIn(await call('oauthCallback', { path, headers: { cookie } }))).toBe(
      'tenantWatched',
    );
    const again = await call('actByLink', { method: 'POST', body: { token } });
    expect(again.json()).toMatchObject({ code: 'not_found' });

    await keyturn.night();
    // What health says is half a minute old at most.
    keyturn.clock.advance(31_000);
    expect((await listed()).lastSuccess).not.toBeNull();
    expect(keyturn.world.mail.map(({ to }) => to.join())).toContain('tom@fabrikam.example');
  });

  it('does not believe what comes back: neither another browser, nor a consent that is not there', async () => {
    await start({ withVault: true });
    const added = await add({ tenantId: FABRIKAM });
    const token = tokenIn((added.json() as { consentLink: { url: string } }).consentLink.url);
    const { path } = await throughTheLink(token, { consent: false });
    const state = new URL(path, 'https://x').searchParams.get('state');
    const forged = `/oauth/callback?admin_consent=True&tenant=${FABRIKAM}&state=${state}`;

    const other = await call('oauthCallback', { path: forged });
    expect(other.status).toBe(400);
    const begun = await call('actByLink', {
      method: 'POST',
      body: { token, choice: 'adminConsent' },
    });
    const [cookie] = begun.cookies;
    const own = new URL(String(begun.json()['url'])).searchParams.get('state');
    const lie = await call('oauthCallback', {
      path: `/oauth/callback?admin_consent=True&tenant=${installation.tenantId}&state=${own}`,
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    });
    expect(wordIn(lie)).toBe('tenantAgreed');
    expect(await listed()).toMatchObject({ status: 'waiting' });
    await keyturn.night();
    expect((await keyturn.services.runs.recent(9)).map(({ tenantId }) => tenantId)).toEqual([
      installation.tenantId,
    ]);
  });

  it('tells the administrator who declines that nothing was changed, and looks again where it takes a while', async () => {
    await start();
    const added = await add({ tenantId: FABRIKAM });
    const token = tokenIn((added.json() as { consentLink: { url: string } }).consentLink.url);
    const declined = await throughTheLink(token, { consent: false });
    const { path, cookie } = declined;
    expect(wordIn(await call('oauthCallback', { path, headers: { cookie } }))).toBe('declined');

    const agreed = await throughTheLink(token);
    setConsent(keyturn.world, FABRIKAM, null);
    const early = await call('oauthCallback', {
      path: agreed.path,
      headers: { cookie: agreed.cookie },
    });
    expect(wordIn(early)).toBe('tenantAgreed');
    await keyturn.sweep();
    expect((await listed()).status).toBe('waiting');
    setConsent(keyturn.world, FABRIKAM, AGREED);
    await keyturn.sweep();
    expect((await listed()).status).toBe('watched');
  });

  it('is watched at once where it agreed before, and gets no link', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    const added = await add({ tenantId: FABRIKAM });
    expect(added.json()).toMatchObject({ status: 'watched', consentLink: null });
    expect((await add({ tenantId: FABRIKAM })).status).toBe(409);
  });

  it('that withdraws is shown so, gets a new link, and is told about once', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    await add({ tenantId: FABRIKAM });
    await keyturn.night();
    setConsent(keyturn.world, FABRIKAM, null);
    for (let night = 0; night < 3; night += 1) {
      keyturn.clock.advance(DAY_MS);
      await keyturn.night();
    }
    expect(await listed()).toMatchObject({
      status: 'consentWithdrawn',
      statusReason: expect.stringContaining('AADSTS7000229'),
      nextAction: expect.stringContaining('keyturn tenants link'),
    });
    const told = keyturn.world.mail.filter(({ subject }) => /do not treat silence/.test(subject));
    expect(told).toHaveLength(1);
    const link = await call('createTenantLink', {
      method: 'POST',
      headers: admin,
      params: { tenantId: FABRIKAM },
    });
    const { path, cookie } = await throughTheLink(tokenIn(link.json()['url']));
    expect(wordIn(await call('oauthCallback', { path, headers: { cookie } }))).toBe(
      'tenantWatched',
    );
    expect((await listed()).status).not.toBe('consentWithdrawn');
  });
});

describe('a tenant with a credential of its own', () => {
  const CLIENT_ID = 'c11e0000-0000-4000-8000-000000000001';
  const SECRET = 'own8Q~local.fabrikam.opens-nothing-else';

  async function startWithOwn(): Promise<void> {
    await start({
      withVault: true,
      env: { KEYTURN_TENANTS_CLIENT_ID: null },
      fabrikam: {
        applications: [
          app('Keyturn reader', {
            appId: CLIENT_ID,
            requiredResourceAccess: [
              {
                resourceAppId: '00000003-0000-0000-c000-000000000000',
                resourceAccess: [{ id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', type: 'Role' }],
              },
            ],
            passwordCredentials: [ending(900, { secretText: SECRET, keyId: 'own' })],
          }),
        ],
      },
    });
  }

  const own = { tenantId: FABRIKAM, credential: { type: 'secret', clientId: CLIENT_ID } };

  it('is read with it; the secret lies in the key vault alone', async () => {
    await startWithOwn();
    expect((await add(own)).json()).toMatchObject({ errors: [{ pointer: '/clientSecret' }] });
    const added = await add({ ...own, clientSecret: SECRET });
    expect(added.json()).toMatchObject({
      status: 'watched',
      credential: { type: 'secret', clientId: CLIENT_ID },
      consentLink: null,
    });
    await keyturn.night();
    const run = (await keyturn.services.runs.recent(9)).find((one) => one.tenantId === FABRIKAM);
    expect(run?.status).toBe('complete');
    expect(JSON.stringify(keyturn.tables.dump())).not.toContain(SECRET);
    expect(keyturn.printed.join('\n') + added.text + added.logs.join()).not.toContain(SECRET);
  });

  it('says what to do when the secret is refused, takes a new one, and forgets both with the tenant', async () => {
    await startWithOwn();
    await add({ ...own, clientSecret: 'old8Q~never-valid' });
    expect((await listed()).status).toBe('waiting');
    const { etag } = await listed();
    const put = (body: object) =>
      call('putTenant', {
        method: 'PUT',
        headers: { ...admin, 'if-match': etag ?? '' },
        params: { tenantId: FABRIKAM },
        body,
      });
    const changed = await put({
      ...(await listed()),
      credential: own.credential,
      clientSecret: SECRET,
    });
    expect(changed.json()).toMatchObject({ status: 'watched' });
    expect((await put(own)).status).toBe(412);

    const gone = await call('deleteTenant', {
      method: 'DELETE',
      headers: admin,
      params: { tenantId: FABRIKAM },
    });
    expect(gone.status).toBe(204);
    await expect(listed()).rejects.toThrow('not listed');
    expect(keyturn.tables.dump()['tenants'] ?? []).toEqual([]);
  });
});

describe('POST /api/tenants', () => {
  it('refuses what is no tenant, and what nobody may do', async () => {
    await start();
    expect((await add({ tenantId: 'common' })).json()).toMatchObject({
      errors: [{ pointer: '/tenantId' }],
    });
    expect((await add({ tenantId: 'nobody.example' })).json()).toMatchObject({
      errors: [{ pointer: '/tenantId', detail: expect.stringContaining('that domain') }],
    });
    expect((await add({ tenantId: FABRIKAM, thresholds: { days: [90] } })).status).toBe(400);
    const { key } = await keyturn.services.keys.create({ role: 'reader', name: 'eyes' });
    admin = { 'x-keyturn-key': key };
    expect((await add({ tenantId: FABRIKAM })).status).toBe(403);
  });
});
