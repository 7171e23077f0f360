import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiClient } from '../../cli/api-client.ts';
import { UsageError } from '../../cli/command.ts';
import { AppError } from '../../shared/errors.ts';
import { fakeInstallation, KEY, type Answer } from '../support/fake-installation.ts';

const answer = z.object({ ok: z.boolean() });

function problem(status: number, members: Record<string, unknown>): Answer {
  return { status, body: { type: 'x', title: 'x', status, code: 'x', ...members } };
}

async function failureOf(reply: Answer): Promise<AppError> {
  const { io } = fakeInstallation(() => reply);
  const failure: unknown = await apiClient(io)
    .call({ path: '/api/x', answer })
    .catch((error: unknown) => error);
  if (failure instanceof AppError) return failure;
  throw new Error('it should have failed');
}

describe('the client of an installation', () => {
  it('sends the key in its own header to that address alone, and takes what it asked for', async () => {
    const { io, calls } = fakeInstallation(() => ({ body: { ok: true, more: 1 } }));
    const request = { method: 'PUT', path: '/api/x?y=1', body: { a: 1 }, answer } as const;
    expect(await apiClient(io).call(request)).toEqual({ ok: true });
    expect(calls).toEqual([
      {
        ifMatch: null,
        ifNoneMatch: null,
        url: 'https://keyturn.example/api/x?y=1',
        method: 'PUT',
        body: { a: 1 },
        key: KEY,
        redirect: 'error',
      },
    ]);
  });

  it.each([
    [{ KEYTURN_KEY: KEY }, /set KEYTURN_URL/],
    [{ KEYTURN_URL: 'http://keyturn.example', KEYTURN_KEY: KEY }, /https address/],
    [{ KEYTURN_URL: 'https://keyturn.example/api', KEYTURN_KEY: KEY }, /without a path/],
    [{ KEYTURN_URL: 'https://a:secret@keyturn.example', KEYTURN_KEY: KEY }, /https address/],
    [{ KEYTURN_URL: 'keyturn', KEYTURN_KEY: KEY }, /https address/],
    [{ KEYTURN_URL: 'https://keyturn.example' }, /set KEYTURN_KEY/],
    [{ KEYTURN_URL: 'https://keyturn.example', KEYTURN_KEY: 'my secret' }, /starts with kt_/],
  ])('says what is wrong with %j and shows neither of them', (env, says) => {
    const open = () => apiClient({ env, fetch: () => Promise.reject(new Error('never called')) });
    expect(open).toThrow(UsageError);
    expect(open).toThrow(says);
    expect(open).not.toThrow(/kt_[^.]|my secret|a:secret/);
  });

  it('takes plain http on this machine, where npm start serves', async () => {
    const env = { KEYTURN_URL: 'http://localhost:7071/', KEYTURN_KEY: KEY };
    const { io } = fakeInstallation(() => ({ body: { ok: true } }), env);
    expect(apiClient(io).url).toBe('http://localhost:7071');
  });

  it('says in the words of the installation what was refused, and which key is needed', async () => {
    const refused = await failureOf(
      problem(403, { detail: 'Only an admin may do that.', correlationId: 'c-1' }),
    );
    expect(refused.code).toBe('forbidden');
    expect(refused.message).toBe(
      'Only an admin may do that. KEYTURN_KEY is a reader key; this needs an admin key. (correlation id c-1)',
    );
  });

  it('names every setting that keeps the installation from answering', async () => {
    const faults = [{ name: 'KEYTURN_STORAGE', fault: 'It is not set.', fix: 'Set it.' }];
    const { message } = await failureOf(problem(503, { detail: 'Correct the settings.', faults }));
    expect(message).toContain('KEYTURN_STORAGE: It is not set. Set it.');
  });

  it('names the member of a request that is wrong', async () => {
    const errors = [{ pointer: '/mode', detail: 'Use live.' }];
    const { message } = await failureOf(problem(400, { detail: 'The body is wrong.', errors }));
    expect(message).toContain('Use live. (/mode)');
  });

  it('never repeats a key that an answer quotes, and strips what a terminal would obey', async () => {
    const { message } = await failureOf(problem(400, { detail: `\u001b[31m${KEY} is wrong` }));
    expect(message).not.toContain(KEY);
    expect(message).not.toContain('\u001b');
  });

  it.each([
    [{ status: 404, body: '<html>no</html>' }, 'not_found', /Check KEYTURN_URL/],
    [{ status: 502, body: 'Bad gateway' }, 'service_unreachable', /HTTP 502/],
    [{ body: '<html>sign in</html>' }, 'service_unreachable', /does not understand/],
    [{ body: { ok: 'perhaps' } }, 'service_unreachable', /does not understand/],
  ])('takes %j for something that is not Keyturn', async (reply, code, says) => {
    const failure = await failureOf(reply);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(says);
  });

  it('says which address does not answer', async () => {
    const { io } = fakeInstallation(() => Promise.reject(new TypeError('fetch failed')));
    await expect(apiClient(io).call({ path: '/api/x', answer })).rejects.toThrow(
      /https:\/\/keyturn\.example does not answer/,
    );
  });
});
