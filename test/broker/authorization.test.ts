import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createAuthorizationStore,
  type ExpectedUser,
} from '../../shared/broker/authorization-request.ts';
import {
  completeAuthorization,
  type CallbackFields,
} from '../../shared/broker/complete-authorization.ts';
import { approveSignIn } from '../../shared/broker/approve-sign-in.ts';
import { createConnectLinks } from '../../shared/broker/connect-links.ts';
import { startAuthorization } from '../../shared/broker/start-authorization.ts';
import type { SignedInIdentity } from '../../shared/broker/token-provider.ts';
import { clouds } from '../../shared/clouds.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER, refusal } from '../support/broker.ts';
import { ERP } from '../support/connect-world.ts';
import { connection } from '../support/connections.ts';

const EXPECTED: ExpectedUser = {
  issuer: null,
  subject: null,
  tenantId: HOLDER.tenantId,
  objectId: ERP.objectId,
};

async function world(changed: Partial<Connection> = {}) {
  const broker = await brokerWorld();
  const tables = memoryTables();
  const connections = createConnectionStore(tables.open);
  const authorizations = createAuthorizationStore(tables.open);
  const made = connection(changed);
  await connections.create(made);
  const connectLinks = createConnectLinks({
    openTable: tables.open,
    clock: broker.clock,
    randomBytes,
  });
  const deps = { ...broker.deps, connections: { ...connections }, authorizations, connectLinks };
  const signIn = (identity: SignedInIdentity | null, refreshToken: string | null = 'rt-new') =>
    broker.provider.script.push({
      ok: true,
      tokens: {
        accessToken: 'at-new',
        expiresInSeconds: 3600,
        refreshInSeconds: null,
        scope: 's',
        refreshToken,
        identity,
      },
    });
  const start = async (expected?: ExpectedUser | 'anybody') => {
    const started = await startAuthorization(
      { ...deps, cloud: clouds.public, publicUrl: 'https://keyturn.example' },
      {
        connection: made,
        state: await connections.state(made),
        ...(expected === undefined ? {} : { expected }),
      },
    );
    return { ...started, state: new URL(started.url).searchParams.get('state') };
  };
  const callback = (
    started: Awaited<ReturnType<typeof start>>,
    fields: Partial<CallbackFields> = {},
    cookie: string | null = started.cookie.value,
  ) =>
    completeAuthorization(
      deps,
      {
        arrivedAt: new URL(started.url).searchParams.get('redirect_uri') ?? '',
        state: started.state,
        code: 'the-code',
        error: null,
        errorDescription: null,
        issuer: null,
        ...fields,
      },
      (name) => (name === started.cookie.name ? cookie : null),
    );
  const status = async () => (await connections.state(made))?.status ?? 'pending';
  return {
    ...broker,
    deps,
    tables,
    connections,
    connection: made,
    signIn,
    start,
    callback,
    status,
  };
}

describe('the link to a sign-in page', () => {
  it('asks for a code by form, with PKCE, at the tenant of the connection, and stays short', async () => {
    const { start } = await world();
    const { url } = await start();
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe(
      `https://login.microsoftonline.com/${HOLDER.tenantId}/oauth2/v2.0/authorize`,
    );
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: HOLDER.clientId,
      response_type: 'code',
      response_mode: 'form_post',
      redirect_uri: 'https://keyturn.example/oauth/callback',
      code_challenge_method: 'S256',
      prompt: 'select_account',
      scope: 'openid profile offline_access https://api.businesscentral.dynamics.com/.default',
    });
    expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect(url.length).toBeLessThan(1_500);
  });

  it('leaves nothing in the tables with which somebody could end the sign-in', async () => {
    const { start, tables } = await world();
    const { url, cookie } = await start();
    const stored = JSON.stringify(tables.dump());
    expect(stored).not.toContain(new URL(url).searchParams.get('state'));
    expect(stored).not.toContain(cookie.value);
  });
});

describe('a sign-in', () => {
  it('by whoever was expected connects, and tokens come from the new grant', async () => {
    const { start, callback, signIn, status, newBroker, provider, connections, connection } =
      await world();
    const started = await start(EXPECTED);
    signIn(ERP);
    expect(await callback(started)).toMatchObject({ status: 'ended', result: 'connected' });
    expect(await status()).toBe('connected');
    const state = await connections.state(connection);
    expect(state?.authorizedBy).toMatchObject({ objectId: ERP.objectId, displayName: 'ERP' });
    const holder = { ...HOLDER, generation: state?.generation ?? 0 };
    const token = await newBroker().acquire(holder, { minTtlSeconds: 60 });
    expect(token).toMatchObject({ ok: true, token: { value: 'at-new' } });
    expect(provider.asked).toHaveLength(1);
  });

  it('by somebody nobody named waits for an admin', async () => {
    const { start, callback, signIn, status, connections, connection } = await world();
    signIn(ERP);
    expect(await callback(await start())).toMatchObject({ result: 'pendingApproval' });
    expect(await status()).toBe('pendingApproval');
    expect(await connections.state(connection)).toMatchObject({
      authorizedBy: null,
      awaitingApproval: { objectId: ERP.objectId },
    });
  });

  it('says at once until when it works', async () => {
    const { start, callback, signIn, clock, connections, connection } = await world();
    signIn(ERP);
    await callback(await start(EXPECTED));
    expect(await connections.state(connection)).toMatchObject({
      worksUntil: new Date(clock.now().getTime() + 90 * 86_400_000).toISOString(),
      endsBecause: 'signInExpires',
    });
  });

  it('by somebody nobody named gives no token, not even where the process died before it could note that', async () => {
    const { start, callback, signIn, status, deps, newBroker, provider } = await world();
    signIn(ERP);
    deps.connections.setState = () => Promise.reject(new Error('the process died'));
    await expect(callback(await start())).rejects.toThrow();
    // Nothing says so in the table, and another instance knows the grant of before.
    expect(await status()).toBe('pending');
    for (const wanted of [{ minTtlSeconds: 60 }, { minTtlSeconds: 60, force: true }])
      expect(await newBroker().acquire(HOLDER, wanted)).toEqual({
        ok: false,
        reason: 'unapproved',
      });
    expect(provider.asked).toHaveLength(1);
  });

  it('is approved for the account that an administrator saw, and for no other one that came meanwhile', async () => {
    const { start, callback, signIn, deps, connection, state, newBroker, connections } =
      await world();
    signIn(ERP);
    await callback(await start());
    const seen = await connections.state(connection);
    signIn({ ...ERP, objectId: 'bbbbbbbb-0000-4000-8000-000000000002' });
    await callback(await start('anybody'));
    const asSeen = { ...connections, state: async () => seen };
    await expect(approveSignIn({ ...deps, connections: asSeen }, connection)).rejects.toMatchObject(
      {
        code: 'conflict',
      },
    );
    await expect(approveSignIn(deps, connection, ERP.objectId ?? '')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await state()).isApproved).toBe(false);
    expect(await approveSignIn(deps, connection)).toMatchObject({
      status: 'connected',
      authorizedBy: { objectId: 'bbbbbbbb-0000-4000-8000-000000000002' },
    });
    const holder = { ...HOLDER, generation: (await state()).generation };
    expect(await newBroker().acquire(holder, { minTtlSeconds: 60 })).toMatchObject({ ok: true });
    await expect(approveSignIn(deps, connection)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is kept although the lease was lost while it was written', async () => {
    const { start, callback, signIn, deps, states, clock, state } = await world();
    signIn(ERP);
    const started = await start(EXPECTED);
    let isFirst = true;
    deps.states = {
      ...states,
      lease: async (key) => {
        const lease = await states.lease(key);
        if (lease === null || !isFirst) return lease;
        isFirst = false;
        return {
          ...lease,
          read: async () => {
            const stored = await lease.read();
            clock.advance(61_000);
            await (await states.lease(key))?.release();
            return stored;
          },
        };
      },
    };
    expect(await callback(started)).toMatchObject({ result: 'connected' });
    expect(await state()).toMatchObject({ generation: 2, isApproved: true });
  });

  it.each([
    ['wrongAccount', { ...ERP, objectId: 'bbbbbbbb-0000-4000-8000-000000000002' }],
    ['wrongTenant', { ...ERP, tenantId: '99999999-0000-4000-8000-000000000009' }],
    ['tryAgain', { ...ERP, nonce: 'of another sign-in' }],
    ['wrongAccount', null],
  ])('that is %s changes nothing', async (result, identity) => {
    const { start, callback, signIn, status, state } = await world();
    const before = await state();
    signIn(identity);
    expect(await callback(await start(EXPECTED))).toMatchObject({ result });
    expect(await status()).toBe('pending');
    expect(await state()).toEqual(before);
  });

  it('goes to whoever signed in last time, unless told otherwise', async () => {
    const { start, callback, signIn } = await world();
    signIn(ERP);
    await callback(await start(EXPECTED));
    const other = { ...ERP, objectId: 'bbbbbbbb-0000-4000-8000-000000000002' };
    signIn(other);
    const again = await start();
    expect(new URL(again.url).searchParams.get('login_hint')).toBe('erp@contoso.example');
    expect(await callback(again)).toMatchObject({ result: 'wrongAccount' });
    signIn(other);
    expect(await callback(await start('anybody'))).toMatchObject({ result: 'pendingApproval' });
  });

  it('without a refresh token is refused: it would end within the hour', async () => {
    const { start, callback, signIn, status } = await world();
    signIn(ERP, null);
    expect(await callback(await start(EXPECTED))).toMatchObject({ result: 'noRefreshToken' });
    expect(await status()).toBe('pending');
  });
});

describe('a callback', () => {
  it('that comes twice, at once or later, redeems the code once and is told the same', async () => {
    const { start, callback, signIn, provider } = await world();
    const started = await start(EXPECTED);
    signIn(ERP);
    const both = await Promise.all([callback(started), callback(started)]);
    expect(both.map((outcome) => outcome.status === 'ended' && outcome.result)).toContain(
      'connected',
    );
    expect(await callback(started)).toMatchObject({ result: 'connected' });
    expect(provider.asked).toHaveLength(1);
  });

  it.each([null, 'something else', ''])(
    'from another browser (cookie: %s) changes nothing and uses nothing up',
    async (cookie) => {
      const { start, callback, signIn, provider } = await world();
      const started = await start(EXPECTED);
      expect(await callback(started, {}, cookie)).toEqual({ status: 'unknown' });
      expect(provider.asked).toEqual([]);
      signIn(ERP);
      expect(await callback(started)).toMatchObject({ result: 'connected' });
    },
  );

  it('without a state, or with a made-up one, is unknown', async () => {
    const { start, callback } = await world();
    const started = await start();
    for (const state of [null, '', 'x', 'x'.repeat(43)])
      expect(await callback(started, { state })).toEqual({ status: 'unknown' });
  });

  it('after half an hour is too late', async () => {
    const { start, callback, clock, provider } = await world();
    const started = await start();
    clock.advance(30 * 60_000);
    expect(await callback(started)).toEqual({ status: 'expired' });
    expect(provider.asked).toEqual([]);
  });

  it('for a connection that was made anew meanwhile is void', async () => {
    const { start, callback, connections, connection, provider } = await world();
    const started = await start();
    await connections.remove(connection);
    await connections.create({ ...connection, instance: 'ffffffff' });
    expect(await callback(started)).toMatchObject({ result: 'tryAgain' });
    expect(provider.asked).toEqual([]);
  });

  it.each([
    [
      'declined',
      'access_denied',
      'AADSTS65004: The resource owner or authorization server denied the request.',
    ],
    ['declined', 'access_denied', null],
    [
      'needsConsent',
      'access_denied',
      'AADSTS90094: Admin consent is required for the permissions.',
    ],
    [
      'needsAdmin',
      'access_denied',
      'AADSTS53003: Access has been blocked by Conditional Access policies.',
    ],
    ['misconfigured', 'invalid_request', 'AADSTS90002: Tenant not found.'],
    ['tryAgain', 'temporarily_unavailable', null],
  ])(
    'that says %s is shown so, and leaves the connection as it was',
    async (result, error, text) => {
      const { start, callback, status, state } = await world();
      const before = await state();
      const outcome = await callback(await start(), { code: null, error, errorDescription: text });
      expect(outcome).toMatchObject({ result });
      expect(await status()).toBe('pending');
      expect(await state()).toEqual(before);
    },
  );

  it('tries the next secret when the first one is dead, and waits for a consent that is not everywhere yet', async () => {
    const { start, callback, signIn, provider, proofs } = await world();
    proofs.push({ type: 'secret', id: 'old', value: 'old' });
    provider.script.push(refusal('invalid_client', 7000222, 401), refusal('invalid_grant', 65001));
    signIn(ERP);
    expect(await callback(await start(EXPECTED))).toMatchObject({ result: 'connected' });
    expect(provider.asked.map(({ proof }) => proof)).toEqual(['new', 'old', 'old']);
  });

  it('of a provider with OpenID counts only with its own issuer (RFC 9207)', async () => {
    const oauth2 = {
      issuer: 'https://id.example',
      authorizationEndpoint: 'https://id.example/authorize',
      tokenEndpoint: 'https://id.example/token',
      jwksUri: null,
      sendsIssuer: true,
      refreshTokens: 'rotating' as const,
    };
    const { start, callback, provider } = await world({ kind: 'oauth2', oauth2, serviceUrl: null });
    expect(await callback(await start())).toMatchObject({ result: 'tryAgain' });
    expect(await callback(await start(), { issuer: 'https://evil.example' })).toMatchObject({
      result: 'tryAgain',
    });
    expect(provider.asked).toEqual([]);
  });

  it('never fails, whatever comes', async () => {
    const { start, callback } = await world();
    const started = await start();
    const text = fc.option(fc.string());
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (state, code, error, errorDescription) => {
        const outcome = await callback(started, { state, code, error, errorDescription });
        expect(outcome).toEqual({ status: 'unknown' });
      }),
    );
  });
});
