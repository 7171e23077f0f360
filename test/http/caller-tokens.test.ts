import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { clouds } from '../../shared/clouds.ts';
import type { Egress } from '../../shared/egress.ts';
import { createTokenVerifiers } from '../../shared/http/token-verifiers.ts';
import { fakeClock } from '../support/fake-clock.ts';

const HOME = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';
const CUSTOMER = '11111111-2222-4333-8444-555555555555';
/** Microsoft's tenant of personal accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const AUDIENCE = '1d7b6a50-9f44-4f7c-8a35-6b6579747572';
const APP = 'AAAAAAAA-0000-4000-8000-000000000001';
const OBJECT = 'bbbbbbbb-0000-4000-8000-000000000002';
const LOGIN = clouds.public.loginUrl;

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let work: KeyPair;
let personal: KeyPair;

beforeAll(async () => {
  work = await generateKeyPair('RS256', { extractable: true });
  personal = await generateKeyPair('RS256', { extractable: true });
});

/** Entra, whose documents hold the keys of personal accounts beside those of work accounts. */
function setUp() {
  const clock = fakeClock('2026-03-01T00:00:00Z');
  const egress: Egress = async () => {
    const key = async ({ publicKey }: KeyPair, kid: string, tenant: string) => ({
      ...(await exportJWK(publicKey)),
      kid,
      use: 'sig',
      issuer: `${LOGIN}/${tenant}/v2.0`,
    });
    const keys = [await key(work, 'work', '{tenantid}'), await key(personal, 'own', CONSUMERS)];
    return { status: 200, headers: {}, text: JSON.stringify({ keys }) };
  };
  const verifiers = createTokenVerifiers({
    loginUrl: LOGIN,
    homeTenantId: HOME,
    audience: AUDIENCE,
    egress,
    clock,
  });
  const signed = (
    changes: Record<string, unknown> = {},
    [key, kid]: [KeyPair, string] = [work, 'work'],
  ) => {
    const now = clock.now().getTime() / 1000;
    const tid = typeof changes['tid'] === 'string' ? changes['tid'] : HOME;
    const payload: JWTPayload = {
      iss: `${LOGIN}/${tid}/v2.0`,
      aud: AUDIENCE,
      tid,
      oid: OBJECT,
      azp: APP,
      ver: '2.0',
      iat: now,
      nbf: now,
      exp: now + 3600,
      ...changes,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey);
  };
  return { ...verifiers, signed };
}

async function entriesOf(changes: Record<string, unknown>): Promise<string[] | null> {
  const { callerTokens, signed } = setUp();
  return (await callerTokens.verify(await signed(changes)))?.entries ?? null;
}

const asApp = (tid: string) => `${tid}/app/${APP.toLowerCase()}`;
const asObject = (tid: string) => `${tid}/oid/${OBJECT}`;

describe('an Entra caller of the token route', () => {
  it('is an application by a token that it got for itself', async () => {
    expect(await entriesOf({ idtyp: 'app' })).toEqual([asObject(HOME), asApp(HOME)]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['is delegated', { scp: 'Tokens.Read' }],
    ['is delegated and says that it is for a user', { scp: 'Tokens.Read', idtyp: 'user' }],
    ['is delegated and says that it is for an application', { scp: 'Tokens.Read', idtyp: 'app' }],
    ['has an empty scope', { scp: '', idtyp: 'app' }],
    ['does not say what it is', {}],
    ['says it in another way', { idtyp: 'App' }],
    ['has the roles of an application alone', { roles: ['Keyturn.Admin'] }],
  ])('is a person, not the program in use, by a token that %s', async (_what, claims) => {
    expect(await entriesOf(claims)).toEqual([asObject(HOME)]);
  });

  it('of another tenant is known by that tenant, so that an entry of one’s own is not his', async () => {
    expect(await entriesOf({ idtyp: 'app', tid: CUSTOMER })).toEqual([
      asObject(CUSTOMER),
      asApp(CUSTOMER),
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['names another tenant than its issuer', { tid: HOME, iss: `${LOGIN}/${CUSTOMER}/v2.0` }],
    ['names no tenant', { tid: undefined, iss: `${LOGIN}/${HOME}/v2.0` }],
    ['names a place for many tenants', { tid: 'common' }],
    ['leads out of its tenant', { tid: `${HOME}/../${CUSTOMER}` }],
    ['is of another cloud', { iss: `https://login.microsoftonline.us/${HOME}/v2.0` }],
    ['is for another API', { aud: APP }],
    ['is of version 1', { ver: '1.0' }],
    ['names nobody', { oid: undefined }],
  ])('is nobody by a token that %s', async (_what, claims) => {
    expect(await entriesOf({ idtyp: 'app', ...claims })).toBeNull();
  });

  it('is nobody by a key that signs for personal accounts, whichever tenant the token names', async () => {
    const { callerTokens, tokens, signed } = setUp();
    const byPersonalKey = (tid: string) =>
      signed({ tid, idtyp: 'app', roles: ['Keyturn.Admin'] }, [personal, 'own']);
    for (const tid of [HOME, CUSTOMER]) {
      const token = await byPersonalKey(tid);
      expect(await callerTokens.verify(token)).toBeNull();
      expect(await tokens.verify(token)).toBeNull();
    }
    // There it is what it says, and is let in only where a connection names it.
    const own = await callerTokens.verify(await byPersonalKey(CONSUMERS));
    expect(own?.entries).toContain(asObject(CONSUMERS));
  });
});

describe('an administrator', () => {
  it('is one of the home tenant alone: another tenant’s administrator gives out its app roles', async () => {
    const { tokens, signed } = setUp();
    const roles = ['Keyturn.Admin'];
    expect((await tokens.verify(await signed({ roles })))?.role).toBe('admin');
    expect((await tokens.verify(await signed({ roles, scp: 'x' })))?.role).toBe('admin');
    for (const changes of [{ tid: CUSTOMER }, { tid: CUSTOMER, iss: `${LOGIN}/${HOME}/v2.0` }])
      expect(await tokens.verify(await signed({ roles, ...changes }))).toBeNull();
  });
});
