import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../shared/redact.ts';

const CANARY = 'c4n4ry-do-not-print';
const KEY_TAIL = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
const JWT =
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJjYW5hcnkiLCJhdWQiOiJ4In0.c2lnbmF0dXJlc2lnbmF0dXJl';
const REFRESH = `0.AXoA${'aB3_-.x9'.repeat(20)}`;
const SECRET_VALUE = `Ab38Q~${'aZ0.~-_'.repeat(5)}`;

describe('redact', () => {
  it.each([
    ['a role key', `wrong key kt_admin_ops_${KEY_TAIL}!`, KEY_TAIL],
    ['a connection key', `kt_bc-production_smartconnect-1_${KEY_TAIL}`, KEY_TAIL],
    ['a cut key', `kt_reader_grafana_${KEY_TAIL.slice(0, 20)}`, KEY_TAIL.slice(0, 20)],
    ['an act link', `https://keyturn.example/act#kta_0123456789abcdef_${KEY_TAIL}`, KEY_TAIL],
    ['a connect link', `ktc_bc-production_${KEY_TAIL}`, KEY_TAIL],
    ['a link for a tenant', `kto_11111111-2222-4333-8444-555555555555_${KEY_TAIL}`, KEY_TAIL],
    ['a JWT', `token ${JWT} was refused`, 'c2lnbmF0dXJl'],
    ['an unfinished JWT', `token ${JWT.slice(0, 60)}`, JWT.slice(10, 60)],
    ['a refresh token of Entra', `"${REFRESH}"`, REFRESH.slice(10, 40)],
    ['a refresh token of a Microsoft account', `M.C533_BAY.0.U.-${'Cq1!x*$.'.repeat(9)}`, 'Cq1!x'],
    [
      'a shared access signature',
      `https://x.blob.core.windows.net/c?sv=1&sig=${CANARY}&se=2`,
      CANARY,
    ],
    ['a Teams webhook', `https://prod.logic.azure.com/workflows/1?sp=%2F&sig=${CANARY}`, CANARY],
    [
      'a webhook secret',
      `signs with whsec_${KEY_TAIL}, whsec_${CANARY.replaceAll('-', '')}`,
      KEY_TAIL,
    ],
    ['the password of a mail server', `smtp://keyturn:${CANARY}@smtp.contoso.com:587`, CANARY],
    ['a client secret in a form', `grant_type=x&client_secret=${CANARY}&scope=y`, CANARY],
    ['a client secret in JSON', `{"client_secret":"${CANARY}","a":1}`, CANARY],
    [
      'a client secret in JSON in JSON',
      JSON.stringify(`{"clientSecret": "x\\"${CANARY}"}`),
      CANARY,
    ],
    ['a password in JSON', `{ "password" : "with \\" quote ${CANARY}" }`, CANARY],
    ['a secretText', `{"secretText":"${CANARY}","hint":"Ab3"}`, CANARY],
    ['an Entra secret value alone', `value ${SECRET_VALUE} rejected`, SECRET_VALUE.slice(8)],
    ['a refresh token in JSON', `{"refresh_token":"${CANARY}"}`, CANARY],
    ['an authorization code', `https://x/oauth/callback?state=s&code=${CANARY}`, CANARY],
    ['a code verifier', `code_verifier=${CANARY}`, CANARY],
    ['an Authorization header', `Authorization: Bearer ${CANARY} ${CANARY}\nHost: x`, CANARY],
    ['an authorization header in JSON', `{"authorization":"Basic ${CANARY}"}`, CANARY],
    ['header pairs', `["Authorization", "Bearer ${CANARY}"]`, CANARY],
    ['a Cookie header', `cookie: a=1; AppServiceAuthSession=${CANARY}; b=2`, CANARY],
    ['a Set-Cookie header', `{"set-cookie":["__Host-kt=${CANARY}; Secure"]}`, CANARY],
    ['an Easy Auth principal', `X-MS-CLIENT-PRINCIPAL: ${CANARY}`, CANARY],
    ['an Easy Auth token', `{"x-ms-token-aad-access-token":"${CANARY}"}`, CANARY],
    ['a Keyturn key header', `X-Keyturn-Key: ${CANARY}`, CANARY],
    ['a Functions key', `x-functions-key=${CANARY}`, CANARY],
    [
      'a storage connection string',
      `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${CANARY}==;EndpointSuffix=core.windows.net`,
      CANARY,
    ],
    [
      'a bus connection string',
      `Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=${CANARY}`,
      CANARY,
    ],
    ['a password in a URL', `smtps://mailer:${CANARY}@smtp.example:465`, CANARY],
    ['an option in prose', `options were { clientSecret: ${CANARY} }`, CANARY],
    ['a long opaque run', `key ${'QUJD'.repeat(50)}${CANARY}`, CANARY],
  ])('takes out %s', (_, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it('keeps what an operator needs to see', () => {
    const text =
      'AADSTS7000222: The provided client secret keys for app 1ca8bd94-3c97-4fc6-8955-bad266b43f0b are expired. ' +
      'https://graph.microsoft.com/v1.0/applications?$select=id&$top=999 {"code":"Authorization_RequestDenied"}';
    expect(redact(text)).toBe(text);
    const codes = 'error code: 5, error_code=7000215, keyId 3f2c';
    expect(redact(codes)).toBe(codes);
    expect(redact('DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=x')).toContain(
      'AccountName=acct',
    );
  });

  // Quadratic matching takes minutes, which is more than a test has.
  it('comes to an end on a megabyte of near misses', () => {
    const text = '"password":"'.repeat(20_000) + 'kt_a_b_'.repeat(50_000) + 'eyJ.'.repeat(50_000);
    expect(redact(text)).toContain('[redacted]');
  });
});

it('comes to an end on a text of nothing but backslashes', () => {
  const text = '\\'.repeat(200_000);
  expect(redact(text)).toBe(text);
});

it('says of a short name or an identifier what it says where one stands in a sentence', () => {
  const plain = fc.oneof(
    fc.stringMatching(/^[A-Za-z\d-]{1,12}$/),
    fc.stringMatching(/^[A-Fa-f\d-]{1,159}$/),
    fc.uuid(),
  );
  fc.assert(fc.property(plain, (text) => `${redact(text)} ` === redact(`${text} `)));
});
