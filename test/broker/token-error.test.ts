import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTokenError, readTokenError } from '../../shared/broker/token-error.ts';

const answer = (
  body: unknown,
  httpStatus: number | null = 400,
  retryAfter: string | null = null,
) => ({
  httpStatus,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfter,
});
const entra = (error: string, number: number, more: Record<string, unknown> = {}) => ({
  error,
  error_description: `AADSTS${number}: Something. Trace ID: x`,
  error_codes: [number],
  ...more,
});

describe('an answer of a token endpoint without a token', () => {
  it.each([
    ['appCredentialBroken', entra('invalid_client', 7000222), 401],
    ['appCredentialBroken', entra('invalid_client', 7000215), 401],
    ['appCredentialBroken', entra('invalid_client', 50012), 401],
    ['appCredentialBroken', entra('invalid_client', 700027), 401],
    ['appCredentialBroken', { error: 'invalid_client' }, 401],
    ['reauthorizationRequired', entra('invalid_grant', 700082), 400],
    ['reauthorizationRequired', entra('invalid_grant', 700082, { suberror: 'bad_token' }), 400],
    ['reauthorizationRequired', entra('invalid_grant', 70008), 400],
    ['reauthorizationRequired', entra('invalid_grant', 50173), 400],
    ['reauthorizationRequired', entra('interaction_required', 70043), 400],
    ['reauthorizationRequired', entra('invalid_grant', 70000), 400],
    ['reauthorizationRequired', entra('invalid_request', 9002313), 400],
    ['reauthorizationRequired', entra('interaction_required', 50076), 400],
    ['reauthorizationRequired', entra('invalid_grant', 50078), 400],
    ['reauthorizationRequired', entra('invalid_grant', 50079), 400],
    ['reauthorizationRequired', entra('invalid_grant', 700084), 400],
    ['reauthorizationRequired', entra('invalid_grant', 79999), 400],
    ['adminActionRequired', entra('access_denied', 53003), 400],
    ['adminActionRequired', entra('invalid_grant', 65001), 400],
    ['adminActionRequired', entra('invalid_grant', 90094), 400],
    ['adminActionRequired', entra('invalid_grant', 50105), 400],
    ['adminActionRequired', entra('invalid_grant', 50057), 400],
    ['adminActionRequired', entra('invalid_grant', 50053), 400],
    ['adminActionRequired', entra('unauthorized_client', 7000112), 400],
    ['adminActionRequired', entra('invalid_grant', 50126), 400],
    ['misconfigured', entra('unauthorized_client', 700016), 400],
    ['misconfigured', entra('invalid_request', 90002), 400],
    ['misconfigured', entra('invalid_resource', 500011), 400],
    ['misconfigured', entra('invalid_request', 50011), 400],
    ['misconfigured', entra('invalid_request', 50020), 400],
    ['misconfigured', entra('invalid_request', 90072), 400],
    ['misconfigured', entra('invalid_client', 700025), 401],
    ['misconfigured', entra('invalid_client', 7000218), 401],
    ['misconfigured', { error: 'invalid_request' }, 400],
    ['degraded', entra('temporarily_unavailable', 90033), 503],
    ['degraded', entra('invalid_grant', 50196), 400],
    ['degraded', '', 504],
    ['degraded', '<html><h1>502 Bad Gateway</h1></html>', 502],
    ['degraded', 'Too many requests', 429],
    ['degraded', '', null],
  ])('puts the connection into %s: %j (%s)', (status, body, httpStatus) => {
    expect(readTokenError(answer(body, httpStatus))).toMatchObject({ status });
  });

  it('lets the error member decide under HTTP 200', () => {
    const body = JSON.stringify(entra('invalid_grant', 700082));
    expect(isTokenError(200, body)).toBe(true);
    expect(readTokenError(answer(body, 200)).status).toBe('reauthorizationRequired');
  });

  it('takes an answer with an access token for a success', () => {
    expect(isTokenError(200, '{"access_token":"a","token_type":"Bearer"}')).toBe(false);
    expect(isTokenError(200, '{"token_type":"Bearer"}')).toBe(true);
  });

  it('looks at all numbers, and the specific one decides', () => {
    const body = { ...entra('invalid_grant', 70002), error_codes: [70002, 70008] };
    expect(readTokenError(answer(body)).status).toBe('reauthorizationRequired');
  });

  it('learns the sign-in frequency from AADSTS70043', () => {
    const text =
      'AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on 2026-01-01T00:00:00Z and the maximum allowed lifetime for this request is 3600.';
    expect(
      readTokenError(
        answer({ error: 'invalid_grant', error_description: text, error_codes: [70043] }),
      ),
    ).toMatchObject({ status: 'reauthorizationRequired', signInFrequencySeconds: 3600 });
  });

  it('rounds Retry-After up and keeps it within an hour', () => {
    const wait = (retryAfter: string) =>
      readTokenError(answer('', 503, retryAfter)).retryAfterSeconds;
    expect([wait('2.128'), wait('0'), wait('999999'), wait('soon')]).toEqual([3, 1, 3600, null]);
  });

  it('says when the next secret is worth a try', () => {
    expect(readTokenError(answer(entra('invalid_client', 7000222))).refusedClient).toBe(true);
    expect(readTokenError(answer(entra('invalid_grant', 50173))).refusedClient).toBe(false);
    expect(readTokenError(answer('', 503)).refusedClient).toBe(false);
  });

  it('never throws, and never repeats a token', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 200, max: 599 }), (noise, httpStatus) => {
        const canary = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl';
        const read = readTokenError(answer(`${noise} ${canary}`, httpStatus));
        expect(JSON.stringify(read)).not.toContain(canary);
      }),
    );
  });

  const folder = '../shared/data/token-errors';
  it.runIf(existsSync(folder))('gives every stored answer a status and a next action', () => {
    for (const name of readdirSync(folder)) {
      const read = readTokenError(answer(readFileSync(`${folder}/${name}`, 'utf8'), 400));
      expect([name, read.nextAction.length > 0, read.status]).toEqual([
        name,
        true,
        expect.stringMatching(/Broken|Required|misconfigured|degraded/),
      ]);
    }
  });
});
