import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { clouds } from '../../shared/clouds.ts';
import type { Egress } from '../../shared/egress.ts';
import { AppError } from '../../shared/errors.ts';
import { entraKeys } from '../../shared/http/entra-keys.ts';
import { createTokenVerifier, type TokenVerifier } from '../../shared/http/entra-tokens.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

const HOME = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';
const OTHER = '11111111-2222-0333-4444-555555555555';
const AUDIENCE = '1d7b6a50-9f44-4f7c-8a35-6b6579747572';
const START = '2026-03-01T00:00:00Z';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let first: KeyPair;
let second: KeyPair;

beforeAll(async () => {
  first = await generateKeyPair('RS256', { extractable: true });
  second = await generateKeyPair('RS256', { extractable: true });
});

function setUp() {
  const clock = fakeClock(START);
  const served: Record<string, KeyPair> = { one: first };
  const calls: string[] = [];
  const state = { down: false };
  const egress: Egress = async ({ url }) => {
    calls.push(url);
    if (state.down) throw new AppError('service_unreachable', 'down');
    const keys = await Promise.all(
      Object.entries(served).map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
        use: 'sig',
      })),
    );
    return { status: 200, headers: {}, text: JSON.stringify({ keys }) };
  };
  const url = `${clouds.public.loginUrl}/${HOME}/discovery/v2.0/keys`;
  const verifier = createTokenVerifier({
    loginUrl: clouds.public.loginUrl,
    homeTenantId: HOME,
    audience: AUDIENCE,
    keys: entraKeys({ url, egress, clock }),
    clock,
  });
  return { clock, served, calls, state, verifier, url };
}

function claims(clock: FakeClock, changes: Record<string, unknown> = {}): JWTPayload {
  const now = clock.now().getTime() / 1000;
  return {
    iss: `https://login.microsoftonline.com/${HOME}/v2.0`,
    aud: AUDIENCE,
    tid: HOME,
    oid: 'oid-1',
    ver: '2.0',
    iat: now,
    nbf: now,
    exp: now + 3600,
    roles: ['Keyturn.Admin'],
    ...changes,
  };
}

async function sign(payload: JWTPayload, key: KeyPair = first, kid = 'one'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey);
}

describe('createTokenVerifier', () => {
  it('knows an administrator of the home tenant by the app role', async () => {
    const { verifier, clock, calls, url } = setUp();
    expect(await verifier.verify(await sign(claims(clock)))).toEqual({
      tenantId: HOME,
      objectId: 'oid-1',
      role: 'admin',
    });
    expect(calls).toEqual([url]);
    const reader = await sign(claims(clock, { roles: ['Other', 'Keyturn.Reader'] }));
    expect((await verifier.verify(reader))?.role).toBe('reader');
    const none = await sign(claims(clock, { roles: undefined }));
    expect((await verifier.verify(none))?.role).toBeNull();
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another tenant', { iss: `https://login.microsoftonline.com/${OTHER}/v2.0`, tid: OTHER }],
    ['whose issuer and tenant differ', { tid: OTHER }],
    ['of version 1', { iss: `https://sts.windows.net/${HOME}/`, ver: '1.0' }],
    ['that calls itself version 1', { ver: '1.0' }],
    ['of another cloud', { iss: `https://login.microsoftonline.us/${HOME}/v2.0` }],
    ['for another API', { aud: OTHER }],
    ['without an object id', { oid: undefined }],
    ['without an end', { exp: undefined }],
    ['without a start', { nbf: undefined }],
    ['with roles that are no list', { roles: 'Keyturn.Admin' }],
  ])('refuses a token %s', async (_, changes) => {
    const { verifier, clock } = setUp();
    expect(await verifier.verify(await sign(claims(clock, changes)))).toBeNull();
  });

  it('allows five minutes of skew at both ends, and no more', async () => {
    const { verifier, clock } = setUp();
    const token = await sign(claims(clock));
    clock.advance((3600 + 299) * 1000);
    expect(await verifier.verify(token)).not.toBeNull();
    clock.advance(2_000);
    expect(await verifier.verify(token)).toBeNull();
    const nbf = clock.now().getTime() / 1000;
    expect(await verifier.verify(await sign(claims(clock, { nbf: nbf + 299 })))).not.toBeNull();
    expect(await verifier.verify(await sign(claims(clock, { nbf: nbf + 301 })))).toBeNull();
  });

  it('refuses unsigned tokens, other algorithms, other keys and what is no token', async () => {
    const { verifier, clock } = setUp();
    const payload = claims(clock);
    expect(await verifier.verify(new UnsecuredJWT(payload).encode())).toBeNull();
    const hmac = new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: 'one' });
    expect(await verifier.verify(await hmac.sign(new Uint8Array(32)))).toBeNull();
    expect(await verifier.verify(await sign(payload, second))).toBeNull();
    expect(await verifier.verify('a.b.c')).toBeNull();
    expect(await verifier.verify('')).toBeNull();
  });

  it('refuses everything where no audience is set', async () => {
    const { clock } = setUp();
    const verifier: TokenVerifier = createTokenVerifier({
      loginUrl: clouds.public.loginUrl,
      homeTenantId: HOME,
      audience: null,
      keys: () => Promise.reject(new Error('asked for keys')),
      clock,
    });
    expect(await verifier.verify(await sign(claims(clock)))).toBeNull();
  });
});

describe('entraKeys', () => {
  it('reads the keys once for many tokens at a time', async () => {
    const { verifier, clock, calls } = setUp();
    const token = await sign(claims(clock));
    await Promise.all(Array.from({ length: 5 }, () => verifier.verify(token)));
    await verifier.verify(token);
    expect(calls).toHaveLength(1);
  });

  it('follows a key change, and asks at most every five minutes for an unknown key', async () => {
    const { verifier, clock, calls, served } = setUp();
    await verifier.verify(await sign(claims(clock)));
    served['two'] = second;
    for (let i = 0; i < 10; i += 1)
      expect(await verifier.verify(await sign(claims(clock), second, 'two'))).toBeNull();
    expect(calls).toHaveLength(1);
    clock.advance(5 * 60_000);
    expect(await verifier.verify(await sign(claims(clock), second, 'two'))).not.toBeNull();
    expect(await verifier.verify(await sign(claims(clock), second, 'made-up'))).toBeNull();
    expect(calls).toHaveLength(2);
  });

  it('says that Entra cannot be reached instead of refusing a token that it cannot check', async () => {
    const { verifier, clock, calls, state } = setUp();
    state.down = true;
    const token = await sign(claims(clock));
    for (let i = 0; i < 5; i += 1)
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'service_unreachable' });
    expect(calls).toHaveLength(1);
    state.down = false;
    clock.advance(10_000);
    expect(await verifier.verify(token)).not.toBeNull();
  });

  it('keeps known keys when Entra cannot be reached a day later', async () => {
    const { verifier, clock, calls, state } = setUp();
    await verifier.verify(await sign(claims(clock)));
    state.down = true;
    clock.advance(25 * 3_600_000);
    expect(await verifier.verify(await sign(claims(clock)))).not.toBeNull();
    expect(calls).toHaveLength(2);
  });
});
