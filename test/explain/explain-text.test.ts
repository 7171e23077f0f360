import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainText } from '../../shared/explain/explain-text.ts';
import type { Explanation } from '../../shared/explain/explanation.ts';

const APP = '4f1c0a52-7d1e-4a63-9a0e-0c6a3b1d2e3f';
const TENANT = '0b2f9f6c-2a77-4c53-8a55-6f0e1d2c3b4a';

function explained(text: string): Explanation {
  const result = explainText(text);
  if (!result.isRecognised) throw new Error(`not recognised: ${text}`);
  return result.explanation;
}

const wire = (members: Record<string, unknown>) => JSON.stringify(members);
const description = (text: string) =>
  `${text}\r\nTrace ID: 11111111-2222-4333-8444-555555555555\r\nCorrelation ID: 66666666-7777-4888-9999-000000000000\r\nTimestamp: 2026-06-15 08:00:00Z`;

const EXPIRED = wire({
  error: 'invalid_client',
  error_description: description(
    `AADSTS7000222: The provided client secret keys for app '${APP}' are expired.`,
  ),
  error_codes: [7000222],
});

describe('explainText', () => {
  it('names the application, the secret, the steps in order and the portal page', () => {
    const { code, status, application, about, steps, link, details } = explained(EXPIRED);
    expect({ code, status, application }).toEqual({
      code: 'AADSTS7000222',
      status: 'appCredentialBroken',
      application: APP,
    });
    expect(about).toContain('client secret');
    expect(steps.map((step) => step.slice(0, 20))).toEqual([
      'Find everything that',
      'Open Certificates & ',
      'Enter the **Value** ',
      'Remove the old secre',
    ]);
    expect(link?.url).toBe(
      `https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${APP}`,
    );
    expect(details).toContainEqual({
      label: 'Correlation id',
      value: '66666666-7777-4888-9999-000000000000',
    });
  });

  it.each<[string, string]>([
    ['as a log line with escapes', JSON.stringify({ level: 'error', body: EXPIRED })],
    ['with escaped slashes and quotes', EXPIRED.replaceAll('"', String.raw`\"`)],
    ['with typographic quotes', EXPIRED.replaceAll('"', '“').replaceAll("'", '’')],
    ['with no-break spaces', EXPIRED.replaceAll(' ', '\u00a0')],
    ['with apostrophes as .NET writes them', EXPIRED.replaceAll("'", String.raw`\u0027`)],
    ['broken by a console', EXPIRED.replace('secret keys', 'secret\r\n\tkeys')],
    ['behind an HTTP head', `HTTP/1.1 401 Unauthorized\r\nContent-Type: x\r\n\r\n${EXPIRED}`],
    ['cut off in the middle', EXPIRED.slice(0, 150)],
    ['as free text', `Error: AADSTS7000222: The provided client secret keys for app '${APP}' are`],
  ])('recognises the same error %s', (_, text) => {
    expect(explained(text)).toMatchObject({ code: 'AADSTS7000222', application: APP });
  });

  it('tells a wrong secret from an ended one, and says that Value and Secret ID are two things', () => {
    const text = "AADSTS7000215: Invalid client secret provided. … for a secret added to app 'x'.";
    const { cause, steps } = explained(text);
    expect(cause).toContain('It does not mean that a secret has ended');
    expect(steps.join(' ')).toContain('Secret ID');
  });

  it('reads all codes and lets the specific one decide', () => {
    const text = wire({
      error: 'invalid_grant',
      error_description: '',
      error_codes: [70002, 50173],
    });
    expect(explained(text)).toMatchObject({
      code: 'AADSTS50173',
      status: 'reauthorizationRequired',
    });
  });

  it('falls back to the class of the error word for a number that it does not know', () => {
    const of = (error: string) =>
      explained(wire({ error, error_description: 'AADSTS9999999: New.', error_codes: [9999999] }));
    expect(of('invalid_client')).toMatchObject({
      code: 'AADSTS9999999',
      status: 'appCredentialBroken',
    });
    expect(of('invalid_grant').status).toBe('reauthorizationRequired');
    expect(of('invalid_request').status).toBe('misconfigured');
    expect(of('temporarily_unavailable').status).toBe('degraded');
    expect(of('some_new_word')).toMatchObject({ code: 'AADSTS9999999', status: 'misconfigured' });
    expect(of('invalid_client').details).toContainEqual({
      label: 'Message',
      value: 'AADSTS9999999: New',
    });
  });

  it('decides by an error member even where the answer was HTTP 200', () => {
    const text = `HTTP/1.1 200 OK\n\n${wire({ error: 'invalid_grant' })}`;
    expect(explained(text).status).toBe('reauthorizationRequired');
  });

  it.each([
    ['HTTP/2 503 Service Unavailable', 'HTTP 503'],
    ['Get Token request returned http error: 504', 'HTTP 504'],
    ['Request failed with status code 429', 'HTTP 429'],
    ['{"statusCode": 502, "body": ""}', 'HTTP 502'],
    ['upstream said (500) Internal Server Error', 'HTTP 500'],
  ])('knows trouble at the service by the status alone: %s', (text, code) => {
    expect(explained(text)).toMatchObject({ code, status: 'degraded' });
  });

  it('takes an answer without a body for trouble at the service, not for a fault of the settings', () => {
    for (const text of ['', ' \r\n\u00a0\ufeff'])
      expect(explained(text)).toMatchObject({ code: null, status: 'degraded' });
  });

  it('rounds a decimal Retry-After up', () => {
    const text = 'HTTP/1.1 429 Too Many Requests\nRetry-After: 2.128\n\n';
    expect(explained(text).steps[0]).toContain('Wait 3 seconds');
  });

  it('links to the consent page of the tenant where the text names both', () => {
    const text = `AADSTS700016: Application with identifier '${APP}' was not found in the directory '${TENANT}'.`;
    expect(explained(text).steps.join(' ')).toContain(
      `https://login.microsoftonline.com/${TENANT}/adminconsent?client_id=${APP}`,
    );
  });

  it('shows the exact redirect URI to add, without its query', () => {
    const text = `AADSTS50011: The redirect URI 'https://orders.contoso.com/oauth/callback?code=abc' specified in the request does not match the redirect URIs configured for the application '${APP}'.`;
    const { steps, application } = explained(text);
    expect(steps[1]).toMatch(/: https:\/\/orders\.contoso\.com\/oauth\/callback$/);
    expect(application).toBe(APP);
  });

  it('names the policy of Conditional Access from claims, object or string', () => {
    const policy = 'de813303-5ab1-4cf1-9fcf-8045757b2610';
    const claims = { access_token: { capolids: { essential: true, values: [policy] } } };
    const error = { error: 'access_denied', error_codes: [53003] };
    for (const form of [claims, JSON.stringify(claims)])
      expect(explained(wire({ ...error, claims: form })).about).toContain(policy);
  });

  it('sends people to the portal of the cloud that the text speaks of', () => {
    const text = `AADSTS7000222: … for app '${APP}' are expired … https://login.microsoftonline.us/error?code=7000222`;
    expect(explained(text).link?.url).toMatch(/^https:\/\/portal\.azure\.us\//);
  });

  it('says which permission Microsoft Graph misses', () => {
    const text = wire({ error: { code: 'Authorization_RequestDenied', message: 'Insufficient.' } });
    expect(explained(text)).toMatchObject({ code: 'Authorization_RequestDenied' });
    expect(explained(text).about).toContain('Application.Read.All');
  });

  it('does not blame the secret when Business Central refuses a good token', () => {
    const text = 'The server has rejected the client credentials.  CorrelationId:  aa78f34e.';
    const { cause, steps } = explained(text);
    expect(cause).toContain('**not** an ended or wrong secret');
    expect(steps[0]).toContain('Microsoft Entra Applications');
  });

  it.each([
    ['getSecret', 'secrets', 'Key Vault Secrets User'],
    ['setSecret', 'secrets', 'Key Vault Secrets Officer'],
    ['sign', 'keys', 'Key Vault Crypto User'],
    ['read', 'certificates', 'Key Vault Certificate User'],
    ['import', 'certificates', 'Key Vault Certificates Officer'],
  ])('names the role for %s on %s', (verb, kind, role) => {
    const text = `Caller: appid=${APP};oid=${TENANT};iss=https://sts.windows.net/${TENANT}/ Action: 'Microsoft.KeyVault/vaults/${kind}/${verb}/action' Vault: kv-1;location=x InnerError={"code":"ForbiddenByRbac"}`;
    const { about, steps } = explained(text);
    expect(about).toBe(`The role **${role}** on the key vault kv-1.`);
    expect(steps[1]).toBe(`Assign the role ${role} to the identity with object id ${TENANT}.`);
  });

  it('shows an unknown error’s code and message instead of staying silent', () => {
    const text = wire({ error: { code: 'Strange_NewThing', message: 'It did not work.' } });
    expect(explained(text)).toMatchObject({ code: 'Strange_NewThing', status: null });
    expect(explained(text).details).toContainEqual({ label: 'Message', value: 'It did not work' });
  });

  it.each(['hello', 'error.txt', '{}', '{"value":[]}', '12345', 'the code is 42', '[]', 'null'])(
    'does not pretend to know %j',
    (text) => {
      expect(explainText(text).isRecognised).toBe(false);
    },
  );

  it('says that an answer with a token is no error, and repeats nothing of it', () => {
    const token = `eyJ0eXAiOiJKV1Qi${'x'.repeat(40)}.payload.signature`;
    const text = wire({
      token_type: 'Bearer',
      access_token: token,
      refresh_token: 'secret-refresh',
    });
    const explanation = explained(text);
    expect(explanation.title).toContain('not an error');
    expect(explanation.warnings).toHaveLength(1);
    expect(JSON.stringify(explanation)).not.toMatch(/eyJ0|secret-refresh/);
  });

  it('never repeats a secret, token or code of the text, wherever it stands', () => {
    const secret = 'Zx98Q~abcdefghijklmnopqrstuvwxyz012345678';
    const planted = [
      `client_secret=${secret}`,
      `"secretText":"${secret}"`,
      `app '${secret}'`,
      `Tenant '${secret}' not found`,
      `resource principal named ${secret} was not found`,
      `redirect URI 'https://x.example/cb?code=${secret}'`,
      `Correlation ID: ${secret}`,
      `{"error":{"code":"${secret}","message":"${secret}"}}`,
      `{"error":"x_y","error_description":"AADSTS1234567: ${secret}"}`,
      `AADSTS1234567: ${secret}`,
      `code: ${secret} failed`,
    ];
    for (const text of planted) {
      for (const whole of [text, `${text} AADSTS7000222`, `AADSTS50011: ${text}`])
        expect(JSON.stringify(explainText(whole)), whole).not.toContain('abcdefghijklmnop');
    }
  });

  it('warns when the text holds a secret, and not because of Entra’s own links', () => {
    expect(
      explained(`${EXPIRED} client_secret=Zx98Q~abcdefghijklmnopqrstuvwxyz01`).warnings,
    ).toHaveLength(1);
    const link = 'https://login.microsoftonline.com/error?code=7000222';
    expect(explained(`${EXPIRED} ${link}`).warnings).toEqual([]);
  });

  it('gives plain one-line texts whatever a hostile text holds', () => {
    const text = "AADSTS7000112: Application 'x'(\u001B[31mEvil\u202Ename\u0007) is disabled.";
    expect(explained(text).application).toBe('[31mEvilname (x)');
  });

  it('never throws and is quick, for any text and for a very long one', () => {
    const word = fc.constantFrom(
      '{',
      '}',
      '"error":',
      "app '",
      'AADSTS',
      '7000222',
      ' tenant named ',
      '\\',
      '\n',
      'HTTP/1.1 ',
      '"capolids"',
      '[',
      ']',
      'retry-after: ',
      '9'.repeat(30),
      'Caller: ',
      'code=',
      '\ud800',
    );
    fc.assert(fc.property(fc.array(word), (words) => void explainText(words.join(''))));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void explainText(text)));
    // Quadratic matching takes longer than a test has.
    for (const piece of ['{"a":', "app '", 'AADSTS1: ', 'Caller: ', '\\', ' ', 'a', 'http status '])
      expect(explainText(piece.repeat(60_000))).toBeDefined();
  });
});
