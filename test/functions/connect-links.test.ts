import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approveSignIn } from '../../shared/broker/approve-sign-in.ts';
import { AppError } from '../../shared/errors.ts';
import { connectWorld, ERP } from '../support/connect-world.ts';
import type { Answered } from '../support/http-call.ts';
import { refusal } from '../support/broker.ts';

type World = Awaited<ReturnType<typeof connectWorld>>;

const EXPECTED = { tenantId: ERP.tenantId, objectId: ERP.objectId };

async function tokenOf(world: World, body: unknown = { expected: EXPECTED }): Promise<string> {
  const { url } = (await world.makeLink(body)).json();
  return new URL(String(url)).hash.slice(1);
}

/** What a browser holds after it was told where to go. */
function goingTo(answer: Answered, address: string) {
  const url = new URL(address);
  const cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { url, state: url.searchParams.get('state') ?? '', cookie };
}

async function begin(world: World, token: string, choice = 'signIn') {
  const answer = await world.act({ token, choice });
  return goingTo(answer, String(answer.json()['url']));
}

/** Entra posts the answer of a sign-in. */
function posted(world: World, { state, cookie }: { state: string; cookie: string }, more = {}) {
  const form = new URLSearchParams({ state, code: 'the-code', ...more }).toString();
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
  return world.callback({ method: 'POST', headers, body: form });
}

/** Entra sends the browser back from the page for admin consent. */
function returned(world: World, { state, cookie }: { state: string; cookie: string }, more = {}) {
  const query = new URLSearchParams({ admin_consent: 'True', tenant: 'evil', state, ...more });
  return world.callback({ path: `/oauth/callback?${query.toString()}`, headers: { cookie } });
}

const PROVIDER = {
  issuer: 'https://id.example',
  authorizationEndpoint: 'https://id.example/authorize',
  tokenEndpoint: 'https://id.example/token',
  jwksUri: 'https://id.example/jwks',
  sendsIssuer: false,
  refreshTokens: 'rotating' as const,
};
const REFUSED = { error: 'access_denied', error_description: 'AADSTS90094: Admin consent.' };

describe('a connect link', () => {
  it('has its token in the fragment, lives three days, and is kept as a hash', async () => {
    const world = await connectWorld();
    const answer = await world.makeLink({ expected: EXPECTED });
    expect(answer.status).toBe(201);
    const { url, expiresAt } = answer.json();
    expect(url).toMatch(/^https:\/\/keyturn\.example\/act#ktc_bc-production_[\w-]{43}$/);
    expect(Date.parse(String(expiresAt)) - world.clock.now().getTime()).toBe(72 * 3_600_000);
    const token = String(url).split('#')[1] ?? '';
    expect(JSON.stringify(world.tables.dump())).not.toContain(token.slice(-43));
    expect(answer.logs.join()).toContain('key:ops');
    expect((await world.makeLink({}, {})).status).toBe(401);
  });

  it('says what is asked and for whom, and looking changes nothing', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world, { expected: EXPECTED, loginHint: 'erp@contoso.example' });
    const before = JSON.stringify(world.tables.dump());
    const asked = await world.act({ token });
    expect(asked.json()).toMatchObject({
      connect: {
        title: 'Business Central production',
        service: 'Business Central, Production (api.businesscentral.dynamics.com)',
        account: 'erp@contoso.example',
      },
      choices: [{ choice: 'signIn' }],
    });
    expect(JSON.stringify(world.tables.dump())).toBe(before);
  });

  it('leads to the sign-in of the expected account, and is used up by its success', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world);
    const going = await begin(world, token);
    expect(going.url.host).toBe('login.microsoftonline.com');
    expect(going.cookie).toMatch(/^__Host-kt-[\da-f]{8}=/);
    world.signIn(ERP);
    const answer = await posted(world, going);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      'https://keyturn.example/oauth/callback?result=connected',
    ]);
    expect((await world.act({ token })).status).toBe(404);
    expect(world.lines.join()).toMatch(/used up.*key:ops/);
    // Going back and sending it again ends as it ended, and is no news.
    expect((await posted(world, going)).headers.get('location')).toContain('result=connected');
    const connectionId = world.connection.id;
    expect(world.linksUsed).toEqual([{ connectionId, result: 'connected', issuedBy: 'key:ops' }]);
    expect(JSON.stringify(world.tables.dump()) + world.printed.join()).not.toContain('the-code');
  });

  it.each([
    ['somebody else', { ...ERP, objectId: 'bbbbbbbb-0000-4000-8000-000000000002' }, 'wrongAccount'],
    ['another tenant', { ...ERP, tenantId: '99999999-0000-4000-8000-000000000009' }, 'wrongTenant'],
  ])('stays good after a sign-in of %s, which changes nothing', async (_who, who, result) => {
    const world = await connectWorld();
    const token = await tokenOf(world);
    world.signIn(who);
    const answer = await posted(world, await begin(world, token));
    expect(answer.headers.get('location')).toContain(`result=${result}`);
    expect((await world.act({ token })).status).toBe(200);
    expect(world.linksUsed).toEqual([]);
    expect((await world.parts.connections.state(world.connection))?.status ?? 'pending').toBe(
      'pending',
    );
  });

  it.each(['it is over', 'the connection was made anew', 'it was ended'])(
    'opens nothing once %s, with the words of a link that never was',
    async (why) => {
      const world = await connectWorld();
      const token = await tokenOf(world);
      if (why === 'it is over') world.clock.advance(72 * 3_600_000);
      if (why === 'it was ended') await world.parts.connectLinks.revoke(world.connection.id);
      if (why === 'the connection was made anew') {
        await world.parts.connections.remove(world.connection);
        await world.parts.connections.create({ ...world.connection, instance: 'ffffffff' });
      }
      const never = await world.act({ token: `ktc_bc-production_${'x'.repeat(43)}` });
      for (const choice of ['look', 'signIn']) {
        const answer = await world.act({ token, choice });
        expect(answer.status).toBe(404);
        expect(answer.json()['detail']).toBe(never.json()['detail']);
      }
    },
  );

  it('does one thing: no choice of another link, and no more than fifty sign-ins', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world);
    for (const choice of ['adminConsent', 'entered'])
      expect((await world.act({ token, choice })).status).toBe(400);
    for (let i = 0; i < 50; i += 1) await begin(world, token);
    expect((await world.act({ token, choice: 'signIn' })).status).toBe(429);
  });

  it('is in the audit before a sign-in begins with it, with who made it and where it was used', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world);
    await world.act({ token });
    expect(world.audit.acts.map(({ route }) => route)).toEqual(['createConnectLink']);
    await world.act({ token, choice: 'signIn' }, { 'x-forwarded-for': '203.0.113.7:1234' });
    expect(world.audit.acts.at(-1)).toMatchObject({
      route: 'actByLink',
      subject: { id: world.connection.id, choice: 'signIn' },
      caller: 'connect link of key:ops',
      address: '203.0.113.7',
    });
    expect(JSON.stringify(world.audit.acts)).not.toContain(token.slice(-43));
    world.audit.isDown = true;
    const answer = await world.act({ token, choice: 'signIn' });
    expect([answer.status, answer.cookies]).toEqual([503, []]);
  });

  it('of a provider that does not say who signed in is approved each time', async () => {
    const world = await connectWorld({ kind: 'oauth2', tenantId: null, oauth2: PROVIDER });
    for (let times = 0; times < 2; times += 1) {
      const going = await begin(world, await tokenOf(world, {}));
      const query = new URLSearchParams({ state: going.state, code: 'the-code' }).toString();
      const sent = { path: `/x?${query}`, headers: { cookie: going.cookie } };
      const answer = await world.callbackOf(world.connection.id, sent);
      expect(answer.headers.get('location')).toContain('result=pendingApproval');
      const named = approveSignIn(world.parts, world.connection, ERP.objectId ?? '');
      await expect(named).rejects.toMatchObject({ code: 'conflict' });
      expect(await approveSignIn(world.parts, world.connection)).toMatchObject({
        status: 'connected',
        authorizedBy: null,
      });
      await expect(approveSignIn(world.parts, world.connection)).rejects.toMatchObject({
        code: 'conflict',
      });
    }
  });

  it('is refused for a connection that signs in by itself', async () => {
    const world = await connectWorld({ grantType: 'clientCredentials' });
    expect((await world.makeLink({})).status).toBe(400);
    expect((await world.makeLink({ purpose: 'adminConsent' })).status).toBe(201);
  });
});

describe('admin consent', () => {
  it('is offered by the link after somebody without the right to it, and the sign-in goes on by itself', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world);
    const answer = await posted(world, await begin(world, token), REFUSED);
    expect(answer.headers.get('location')).toContain('result=needsConsent');
    expect(await world.parts.connections.state(world.connection)).toMatchObject({
      status: 'pending',
      nextAction: expect.stringContaining('adminConsent') as string,
    });
    const asked = (await world.act({ token })).json();
    expect(asked['choices']).toMatchObject([{ choice: 'signIn' }, { choice: 'adminConsent' }]);

    const consent = await begin(world, token, 'adminConsent');
    const tenant = world.connection.tenantId ?? '';
    expect(consent.url.pathname).toBe(`/${tenant}/v2.0/adminconsent`);
    const back = await returned(world, consent);
    expect(back.status).toBe(303);
    const next = goingTo(back, back.headers.get('location') ?? '');
    expect(next.url.pathname).toBe(`/${tenant}/oauth2/v2.0/authorize`);
    expect(next.state).not.toBe(consent.state);
    world.signIn(ERP);
    const connected = await posted(world, next);
    expect(connected.headers.get('location')).toContain('result=connected');
    expect((await world.act({ token })).status).toBe(404);
  });

  it('by a link of its own ends with that link, and tells who signs in to go on', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world, { purpose: 'adminConsent' });
    const back = await returned(world, await begin(world, token, 'adminConsent'));
    expect(back.headers.get('location')).toContain('result=consented');
    expect((await world.act({ token })).status).toBe(404);
    expect(world.linksUsed).toMatchObject([{ result: 'consented' }]);
    expect(world.provider.asked).toEqual([]);
  });

  it('of an application that signs in by itself is proven by a token, not by what came back', async () => {
    const world = await connectWorld({ grantType: 'clientCredentials' });
    const first = await tokenOf(world, { purpose: 'adminConsent' });
    world.provider.script.push(refusal('unauthorized_client', 700016));
    const notYet = await returned(world, await begin(world, first, 'adminConsent'));
    expect(notYet.headers.get('location')).toContain('result=consented');
    world.clock.advance(61_000);
    const second = await tokenOf(world, { purpose: 'adminConsent' });
    const works = await returned(world, await begin(world, second, 'adminConsent'));
    expect(works.headers.get('location')).toContain('result=connected');
  });

  it('that was declined leaves the link as it was', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world, { purpose: 'adminConsent' });
    const declined = { error: 'access_denied', error_description: 'AADSTS65004: declined' };
    const back = await returned(world, await begin(world, token, 'adminConsent'), declined);
    expect(back.headers.get('location')).toContain('result=declined');
    expect((await world.act({ token })).status).toBe(200);
  });

  it('counts in the browser that began it alone, and its state ends no sign-in', async () => {
    const world = await connectWorld();
    const token = await tokenOf(world, { purpose: 'adminConsent' });
    const going = await begin(world, token, 'adminConsent');
    expect((await returned(world, { ...going, cookie: '' })).status).toBe(400);
    expect((await posted(world, going)).status).toBe(400);
    expect(world.provider.asked).toEqual([]);
    expect((await returned(world, going)).status).toBe(303);
  });
});

describe('the callback', () => {
  it('redeems no code of a query, and leaves the sign-in open for the form', async () => {
    const world = await connectWorld();
    const going = await begin(world, await tokenOf(world));
    const query = new URLSearchParams({ state: going.state, code: 'the-code' }).toString();
    const answer = await world.callback({
      path: `/oauth/callback?${query}`,
      headers: { cookie: going.cookie },
    });
    expect(answer.status).toBe(400);
    expect(world.provider.asked).toEqual([]);
    world.signIn(ERP);
    expect((await posted(world, going)).headers.get('location')).toContain('result=connected');
  });

  it('takes an answer at the address that was asked for alone, so that no code goes to another provider (RFC 9700 §4.4)', async () => {
    const world = await connectWorld();
    const entra = await begin(world, await tokenOf(world));
    const answer = new URLSearchParams({ state: entra.state, code: 'the-code' }).toString();
    const headers = { cookie: entra.cookie };
    for (const of of [world.connection.id, 'other', '']) {
      const path = `/oauth/callback/${of}?${answer}`;
      expect((await world.callbackOf(of, { path, headers })).status).toBe(400);
    }
    expect(world.provider.asked).toEqual([]);
    world.signIn(ERP);
    expect((await posted(world, entra)).headers.get('location')).toContain('result=connected');

    const other = await connectWorld({ kind: 'oauth2', tenantId: null, oauth2: PROVIDER });
    const own = await begin(other, await tokenOf(other, { anybody: true }));
    const query = new URLSearchParams({ state: own.state, code: 'the-code' }).toString();
    const sent = { headers: { cookie: own.cookie } };
    const elsewhere = await other.callbackOf('elsewhere', { ...sent, path: `/x?${query}` });
    const shared = await other.callback({ ...sent, path: `/oauth/callback?${query}` });
    expect([elsewhere.status, shared.status, other.provider.asked.length]).toEqual([400, 400, 0]);
    other.signIn(ERP);
    const there = await other.callbackOf(other.connection.id, { ...sent, path: `/x?${query}` });
    expect(there.headers.get('location')).toContain('result=pendingApproval');
  });

  it('answers a page when storage or the vault is away, and a reload ends the sign-in', async () => {
    const world = await connectWorld();
    const going = await begin(world, await tokenOf(world));
    const { authorizations } = world.parts;
    world.parts.authorizations = {
      ...authorizations,
      get: () => Promise.reject(new AppError('storage_unavailable', 'Storage does not answer.')),
    };
    const answer = await posted(world, going);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      503,
      'text/html; charset=utf-8',
    ]);
    expect(answer.text).toContain('Reload this page');
    expect(answer.logs.join()).toContain('storage_unavailable');
    expect(answer.text + answer.logs.join()).not.toContain('the-code');
    world.parts.authorizations = authorizations;
    world.signIn(ERP);
    expect((await posted(world, going)).headers.get('location')).toContain('result=connected');
  });

  it('answers whatever comes with a page of fixed words: no 5xx, nothing of it in an address, page or log', async () => {
    const world = await connectWorld();
    const going = await begin(world, await tokenOf(world));
    const secretish = fc
      .tuple(fc.string(), fc.string())
      .map(([before, after]) => `${before}MARK3R${after}`);
    const text = fc.oneof(fc.string(), secretish, fc.constant(going.state));
    const fields = fc.dictionary(
      fc.constantFrom(
        'state',
        'code',
        'error',
        'error_description',
        'iss',
        'tenant',
        'result',
        'x',
      ),
      text,
    );
    const cookie = fc.oneof(fc.string(), fc.constant(`${going.cookie}x`), fc.constant('; =;;='));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST'),
        fields,
        fc.option(fc.string()),
        cookie,
        async (method, sent, raw, cookies) => {
          const form = new URLSearchParams(sent).toString();
          const answer = await world.callback({
            method,
            path: method === 'GET' ? `/oauth/callback?${form}` : '/oauth/callback',
            headers: { cookie: encodeURI(cookies.replaceAll(/[^ -~]/g, '')).slice(0, 2_000) },
            ...(method === 'GET' ? {} : { body: raw ?? form }),
          });
          expect([200, 303, 400]).toContain(answer.status);
          const location = answer.headers.get('location') ?? '';
          expect(
            location === '' ||
              /^https:\/\/keyturn\.example\/oauth\/callback\?result=\w+$/.test(location),
          ).toBe(true);
          const seen = answer.text + location + answer.logs.join();
          expect(seen).not.toContain('MARK3R');
          expect(seen).not.toContain(going.state);
        },
      ),
      { numRuns: 300 },
    );
    expect(world.provider.asked).toEqual([]);
    world.signIn(ERP);
    expect((await posted(world, going)).headers.get('location')).toContain('result=connected');
  });
});
