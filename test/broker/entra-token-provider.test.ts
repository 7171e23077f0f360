import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { entraTokenProvider } from '../../shared/broker/entra-token-provider.ts';
import type { TokenClient } from '../../shared/broker/token-provider.ts';
import { clouds } from '../../shared/clouds.ts';
import type { Egress } from '../../shared/egress.ts';
import { AppError } from '../../shared/errors.ts';
import { HOLDER, secretProof } from '../support/broker.ts';

type Answer = { status?: number; text?: string; headers?: Record<string, string> } | Error;

function scripted(...answers: Answer[]) {
  const sent: { url: string; form: URLSearchParams }[] = [];
  const egress: Egress = async ({ url, body }) => {
    sent.push({ url, form: new URLSearchParams(body) });
    const next = answers.shift() ?? { status: 500, text: '' };
    if (next instanceof Error) throw next;
    return { status: next.status ?? 200, headers: next.headers ?? {}, text: next.text ?? '' };
  };
  return { sent, provider: entraTokenProvider({ cloud: clouds.public, egress }) };
}

const idToken = (claims: Record<string, unknown>) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
const tokens = async (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    token_type: 'Bearer',
    access_token: 'the-access-token',
    expires_in: 4800,
    refresh_in: 2400,
    scope: 'https://api.businesscentral.dynamics.com/Financials.ReadWrite.All',
    refresh_token: 'the-new-refresh-token',
    id_token: await idToken({
      iss: `https://login.microsoftonline.com/${HOLDER.tenantId}/v2.0`,
      aud: HOLDER.clientId,
      sub: 'sub',
      tid: HOLDER.tenantId,
      oid: 'AAAAAAAA-0000-4000-8000-000000000001',
      name: 'ERP',
      preferred_username: 'erp@contoso.example',
      iat: 1,
      exp: 9_999_999_999,
    }),
    ...more,
  });
const call = { client: HOLDER as TokenClient, proof: secretProof('new'), timeoutMs: 1000 };
const refresh = { ...call, refreshToken: 'the-refresh-token' };

describe("Entra's token endpoint", () => {
  it('is asked for a refresh in one request, at the tenant of the connection', async () => {
    const { provider, sent } = scripted({ text: await tokens() });
    const answer = await provider.refresh(refresh);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toMatch(
      `https://login.microsoftonline.com/${HOLDER.tenantId}/oauth2/v2.0/token`,
    );
    const form = Object.fromEntries(sent[0]?.form ?? []);
    expect(form).toMatchObject({
      grant_type: 'refresh_token',
      client_id: HOLDER.clientId,
      client_secret: 'value-new',
      refresh_token: 'the-refresh-token',
    });
    expect(form['scope']?.split(' ')).toEqual(
      expect.arrayContaining([
        'https://api.businesscentral.dynamics.com/.default',
        'offline_access',
      ]),
    );
    expect(answer).toEqual({
      ok: true,
      tokens: {
        accessToken: 'the-access-token',
        expiresInSeconds: 4800,
        refreshInSeconds: 2400,
        scope: 'https://api.businesscentral.dynamics.com/Financials.ReadWrite.All',
        refreshToken: 'the-new-refresh-token',
        identity: {
          issuer: `https://login.microsoftonline.com/${HOLDER.tenantId}/v2.0`,
          subject: 'sub',
          tenantId: HOLDER.tenantId,
          objectId: 'aaaaaaaa-0000-4000-8000-000000000001',
          displayName: 'ERP',
          userName: 'erp@contoso.example',
          nonce: null,
        },
      },
    });
  });

  it('redeems a code with its verifier and the very redirect URI', async () => {
    const { provider, sent } = scripted({ text: await tokens() });
    await provider.redeemCode({
      ...call,
      code: 'the-code',
      codeVerifier: 'v'.repeat(43),
      redirectUri: 'https://keyturn.example/oauth/callback',
      nonce: 'the-nonce',
    });
    expect(Object.fromEntries(sent[0]?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: 'v'.repeat(43),
      redirect_uri: 'https://keyturn.example/oauth/callback',
    });
  });

  it('hands back the nonce of the id token, the right one and any other', async () => {
    for (const nonce of ['the-nonce', 'of-another-request']) {
      const iss = `https://login.microsoftonline.com/${HOLDER.tenantId}/v2.0`;
      const claims = { iss, aud: HOLDER.clientId, sub: 'sub', tid: HOLDER.tenantId, nonce };
      const { provider } = scripted({ text: await tokens({ id_token: await idToken(claims) }) });
      const answer = await provider.redeemCode({
        ...call,
        code: 'the-code',
        codeVerifier: 'v'.repeat(43),
        redirectUri: 'https://keyturn.example/oauth/callback',
        nonce: 'the-nonce',
      });
      expect(answer).toMatchObject({ ok: true, tokens: { identity: { nonce } } });
    }
  });

  it('gives an application a token of its own, with an assertion as well as with a secret', async () => {
    const { provider, sent } = scripted(
      { text: '{"access_token":"a","expires_in":"3599","token_type":"Bearer"}' },
      { text: '{"access_token":"b","expires_in":3599,"token_type":"Bearer"}' },
    );
    const client = { ...HOLDER, scopes: ['https://api.businesscentral.dynamics.com/.default'] };
    expect(await provider.clientCredentials({ ...call, client })).toMatchObject({
      tokens: { accessToken: 'a', expiresInSeconds: 3599, refreshToken: null, identity: null },
    });
    const proof = { type: 'assertion' as const, id: 'mi', assertion: async () => 'signed' };
    await provider.clientCredentials({ ...call, client, proof });
    expect(Object.fromEntries(sent[1]?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      client_assertion: 'signed',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  });

  const entra = (error: string, number: number, suberror?: string) =>
    JSON.stringify({
      error,
      error_description: `AADSTS${number}: no`,
      error_codes: [number],
      suberror,
    });

  it.each([
    ['reauthorizationRequired', 400, entra('invalid_grant', 700082)],
    ['reauthorizationRequired', 400, entra('invalid_grant', 700082, 'bad_token')],
    ['reauthorizationRequired', 400, entra('invalid_grant', 70043, 'token_expired')],
    ['appCredentialBroken', 401, entra('invalid_client', 7000222)],
    ['degraded', 503, entra('temporarily_unavailable', 90033)],
    ['degraded', 502, '<html>Bad Gateway</html>'],
    ['degraded', 504, ''],
    ['reauthorizationRequired', 200, entra('invalid_grant', 50173)],
  ])(
    'refuses with %s under HTTP %i, whatever MSAL would make of it',
    async (status, http, text) => {
      const { provider } = scripted({ status: http, text });
      expect(await provider.refresh(refresh)).toMatchObject({ ok: false, error: { status } });
    },
  );

  it('is asked again after a failure: one refusal keeps nobody else waiting', async () => {
    const { provider, sent } = scripted(
      { status: 503, text: '', headers: { 'retry-after': '120' } },
      { text: await tokens() },
    );
    expect(await provider.refresh(refresh)).toMatchObject({ error: { retryAfterSeconds: 120 } });
    expect(await provider.refresh(refresh)).toMatchObject({ ok: true });
    expect(sent).toHaveLength(2);
  });

  it('that does not answer is trouble that passes; a call that must not be made is a fault', async () => {
    const { provider } = scripted(
      new AppError('service_unreachable', 'no answer'),
      new AppError('egress_refused', 'a private address'),
    );
    expect(await provider.refresh(refresh)).toMatchObject({
      ok: false,
      error: { status: 'degraded' },
    });
    await expect(provider.refresh(refresh)).rejects.toBeInstanceOf(Error);
  });

  it('names nobody where the id token is for somebody else', async () => {
    const other = await idToken({ iss: 'https://evil.example', aud: HOLDER.clientId, sub: 's' });
    const { provider } = scripted({ text: await tokens({ id_token: other }) });
    const answer = await provider.clientCredentials(call).catch(() => null);
    expect(answer?.ok === true ? answer.tokens.identity : null).toBeNull();
  });
});
