import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation, KEY, type Answer } from '../support/fake-installation.ts';

const CALLER_KEY = `kt_bc-production_script_${'B'.repeat(43)}`;

function installation(answer: Answer, key = CALLER_KEY) {
  return fakeInstallation(() => answer, {
    KEYTURN_URL: 'https://keyturn.example',
    KEYTURN_KEY: key,
  });
}

describe('keyturn token', () => {
  it('prints the token and nothing else, so that a script can use it', async () => {
    const { io, calls } = installation({ body: { access_token: 'eyJ.a.b', expires_in: 3000 } });
    expect(await runKeyturn(['token', 'bc-production', '--min-ttl', '2100'], io)).toBe(0);
    expect(io.stdout).toBe('eyJ.a.b\n');
    expect(io.stderr).toBe('');
    expect(calls).toMatchObject([
      {
        method: 'GET',
        url: 'https://keyturn.example/api/connections/bc-production/token?minTtl=2100',
        key: CALLER_KEY,
      },
    ]);
  });

  it.each([
    [409, 'Somebody has to sign in again (AADSTS700082). Open a connect link.'],
    [503, 'The secret has ended (AADSTS7000222). Create a new one.'],
  ])('says the cause and the next action on standard error for %i', async (status, detail) => {
    const { io } = installation({ status, body: { detail, correlationId: 'c-1' } });
    expect(await runKeyturn(['token', 'bc-production'], io)).toBe(2);
    expect(io.stdout).toBe('');
    expect(io.stderr).toContain(detail);
    expect(io.stderr).not.toContain(CALLER_KEY);
  });

  it('says that an admin key gets no tokens, and asks nobody', async () => {
    const { io, calls } = installation({ body: {} }, KEY);
    expect(await runKeyturn(['token', 'bc-production'], io)).toBe(2);
    expect(io.stderr).toContain('Take a key of this connection');
    expect(calls).toEqual([]);
  });

  it('prints nothing that is no token', async () => {
    const { io } = installation({ body: { access_token: 'a\u001b[2Jb' } });
    expect(await runKeyturn(['token', 'bc-production'], io)).toBe(2);
    expect(io.stdout).toBe('');
  });

  it.each([[[]], [['a', 'b']], [['a', '--min-ttl', 'soon']], [['a', '--refresh']]])(
    'refuses %j',
    async (args) => {
      const { io, calls } = installation({ body: {} });
      expect(await runKeyturn(['token', ...args], io)).toBe(2);
      expect(calls).toEqual([]);
    },
  );
});
