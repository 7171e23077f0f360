import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { oauth2TokenProvider } from '../../shared/broker/oauth2-token-provider.ts';
import type { TokenClient } from '../../shared/broker/token-provider.ts';
import type { Oauth2Provider } from '../../shared/connections/connection.ts';
import type { Egress } from '../../shared/egress.ts';
import { AppError } from '../../shared/errors.ts';
import { secretProof } from '../support/broker.ts';

type Answer = { status?: number; text?: string; headers?: Record<string, string> } | Error;
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const ISSUER = 'https://id.example';
const PROVIDER: Oauth2Provider = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/auth`,
  tokenEndpoint: `${ISSUER}/token`,
  jwksUri: `${ISSUER}/jwks`,
  sendsIssuer: false,
  refreshTokens: 'rotating',
};
const CLIENT: TokenClient = {
  connectionId: 'crm',
  clientId: 'keyturn app',
  tenantId: '',
  scopes: ['openid', 'offline_access', 'crm.read'],
};
const call = { client: CLIENT, proof: secretProof('new'), timeoutMs: 1000 };
const refresh = { ...call, refreshToken: 'rt-1' };
const code = {
  ...call,
  code: 'the-code',
  codeVerifier: 'v'.repeat(43),
  redirectUri: 'https://keyturn.example/oauth/callback/crm',
  nonce: 'the-nonce',
};
const BODY = {
  access_token: 'at',
  token_type: 'bearer',
  expires_in: 600,
  refresh_token: 'rt-2',
  scope: 'crm.read',
};
const ok = (more: Record<string, unknown> = {}): Answer => ({
  text: JSON.stringify({ ...BODY, ...more }),
});
const no = (error: string, status = 400) => ({ status, text: JSON.stringify({ error }) });

let ours: Pair;
let theirs: Pair;
let keys: Answer;
beforeAll(async () => {
  ours = await generateKeyPair('ES256');
  theirs = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(ours.publicKey)), alg: 'ES256', kid: 'k1', use: 'sig' };
  keys = { text: JSON.stringify({ keys: [jwk] }) };
});

const idToken = (claims: Record<string, unknown> = {}, { privateKey } = ours, end = '5m') =>
  new SignJWT({ iss: ISSUER, aud: CLIENT.clientId, sub: 'ann', nonce: 'the-nonce', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuedAt()
    .setExpirationTime(end)
    .sign(privateKey);

function scripted(answers: Answer[], provider: Partial<Oauth2Provider> = {}) {
  const sent: { url: string; form: Record<string, string>; authorization: string | null }[] = [];
  const egress: Egress = async ({ url, body, headers = {} }) => {
    sent.push({
      url,
      form: Object.fromEntries(new URLSearchParams(body)),
      authorization: new Headers(headers).get('authorization'),
    });
    const next = answers.shift() ?? { status: 500, text: '' };
    if (next instanceof Error) throw next;
    return { status: next.status ?? 200, headers: next.headers ?? {}, text: next.text ?? '' };
  };
  const methods = new Map();
  return {
    sent,
    provider: oauth2TokenProvider({ egress, methods, provider: { ...PROVIDER, ...provider } }),
  };
}

describe('the token endpoint of any provider', () => {
  it('is asked for a refresh in one request, with the secret as HTTP Basic', async () => {
    const { provider, sent } = scripted([ok()]);
    expect(await provider.refresh(refresh)).toEqual({
      ok: true,
      tokens: {
        accessToken: 'at',
        expiresInSeconds: 600,
        refreshInSeconds: null,
        scope: 'crm.read',
        refreshToken: 'rt-2',
        identity: null,
      },
    });
    expect(sent).toEqual([
      {
        url: `${ISSUER}/token`,
        form: { grant_type: 'refresh_token', refresh_token: 'rt-1' },
        authorization: expect.stringMatching(/^Basic /),
      },
    ]);
    const shown = Buffer.from(sent[0]?.authorization?.slice(6) ?? '', 'base64').toString();
    expect(decodeURIComponent(shown.replaceAll('+', ' '))).toBe('keyturn app:value-new');
  });

  it('that takes the secret only in the form gets it there, and from then on at once', async () => {
    const { provider, sent } = scripted([no('invalid_client', 401), ok(), ok()]);
    expect(await provider.refresh(refresh)).toMatchObject({ ok: true });
    expect(await provider.refresh(refresh)).toMatchObject({ ok: true });
    expect(sent.map(({ form }) => form['client_secret'])).toEqual([
      undefined,
      'value-new',
      'value-new',
    ]);
  });

  it('that refuses the secret either way says so, and the next secret is worth a try', async () => {
    const { provider } = scripted([no('invalid_client', 401), no('invalid_client', 401)]);
    expect(await provider.refresh(refresh)).toMatchObject({
      ok: false,
      error: { status: 'appCredentialBroken', refusedClient: true },
    });
  });

  it('gives an application a token of its own, and is not asked for what is of people', async () => {
    const { provider, sent } = scripted([ok({ refresh_token: undefined })]);
    expect(await provider.clientCredentials(call)).toMatchObject({
      tokens: { accessToken: 'at', refreshToken: null },
    });
    expect(sent[0]?.form).toEqual({ grant_type: 'client_credentials', scope: 'crm.read' });
  });

  it('is shown nothing but a secret', async () => {
    const { provider, sent } = scripted([ok()]);
    const proof = { type: 'assertion' as const, id: 'mi', assertion: async () => 'signed' };
    expect(await provider.refresh({ ...refresh, proof })).toMatchObject({
      error: { status: 'misconfigured' },
    });
    expect(sent).toEqual([]);
  });

  it.each([
    ['reauthorizationRequired', no('invalid_grant')],
    ['reauthorizationRequired', no('invalid_grant', 200)],
    ['misconfigured', no('unauthorized_client')],
    ['degraded', { status: 503, text: '', headers: { 'retry-after': '120' } }],
    ['degraded', { status: 502, text: '<html>Bad Gateway</html>' }],
    ['degraded', { status: 504, text: '' }],
    ['degraded', { status: 200, text: '' }],
    ['degraded', new AppError('service_unreachable', 'no answer')],
  ] as const)('refuses with %s', async (status, answer) => {
    const { provider } = scripted([answer]);
    expect(await provider.refresh(refresh)).toMatchObject({ ok: false, error: { status } });
  });

  it('that must not be called is for whoever wrote its address', async () => {
    const { provider } = scripted([new AppError('egress_refused', 'a private address')]);
    expect(await provider.refresh(refresh)).toMatchObject({
      ok: false,
      error: { status: 'misconfigured', nextAction: 'a private address' },
    });
  });

  it('whose call fails in us is a fault of ours', async () => {
    const { provider } = scripted([new TypeError('a bug')]);
    await expect(provider.refresh(refresh)).rejects.toMatchObject({ message: 'a bug' });
  });

  it.each([
    ['no token type', { token_type: undefined }],
    ['a token type that nobody knows', { token_type: 'JWT' }],
    ['an id token that is none', { id_token: 'x' }],
    ['a lifetime as text', { expires_in: '600' }],
    ['no lifetime', { expires_in: undefined }],
    ['a lifetime that is none', { expires_in: 'soon' }],
  ])('never costs the new refresh token by %s', async (_what, more) => {
    const { provider } = scripted([ok(more)]);
    expect(await provider.refresh(refresh)).toMatchObject({
      ok: true,
      tokens: { refreshToken: 'rt-2' },
    });
  });

  it('keeps old refresh tokens only where the connection says so', () => {
    expect(scripted([]).provider.keepsOldRefreshToken).toBe(false);
    expect(scripted([], { refreshTokens: 'reusable' }).provider.keepsOldRefreshToken).toBe(true);
  });
});

describe('who signed in at any provider', () => {
  it('is issuer and subject of an id token whose signature, audience and nonce check', async () => {
    const text = await idToken({ name: 'Ann', oid: 'not-ours', tid: 'not-ours' });
    const { provider, sent } = scripted([ok({ id_token: text }), keys]);
    expect(await provider.redeemCode(code)).toMatchObject({
      ok: true,
      tokens: {
        refreshToken: 'rt-2',
        identity: {
          issuer: ISSUER,
          subject: 'ann',
          displayName: 'Ann',
          tenantId: null,
          objectId: null,
          nonce: 'the-nonce',
        },
      },
    });
    expect(sent[0]?.form).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: 'v'.repeat(43),
      redirect_uri: 'https://keyturn.example/oauth/callback/crm',
    });
  });

  it.each([
    ['another issuer', () => idToken({ iss: 'https://evil.example' })],
    ['another client', () => idToken({ aud: 'other' })],
    ['another sign-in', () => idToken({ nonce: 'other' })],
    ['no sign-in in particular', () => idToken({ nonce: undefined })],
    ['another time', () => idToken({}, ours, '-5m')],
    ["somebody else's key", () => idToken({}, theirs)],
    [
      'a shared secret',
      () =>
        new SignJWT({ iss: ISSUER, aud: CLIENT.clientId, sub: 'ann', nonce: 'the-nonce' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(new Uint8Array(32)),
    ],
    ['nobody', async () => undefined],
  ])('is not taken from an id token of %s', async (_what, text) => {
    const { provider } = scripted([ok({ id_token: await text() }), keys]);
    expect(await provider.redeemCode(code)).toMatchObject({
      ok: false,
      error: { status: 'misconfigured', refusedClient: false },
    });
  });

  it('is told another time where the published keys cannot be read', async () => {
    const { provider } = scripted([ok({ id_token: await idToken() }), { status: 503 }]);
    expect(await provider.redeemCode(code)).toMatchObject({ error: { status: 'degraded' } });
  });

  it('is nobody in particular where no issuer is known', async () => {
    const text = await idToken();
    const { provider } = scripted([ok({ id_token: text })], { issuer: null, jwksUri: null });
    expect(await provider.redeemCode(code)).toMatchObject({ ok: true, tokens: { identity: null } });
  });
});
