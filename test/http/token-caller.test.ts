import { describe, expect, it } from 'vitest';
import { tokenCaller } from '../../shared/http/token-caller.ts';
import { connection } from '../support/connections.ts';

const APP = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0/app/aaaaaaaa-0000-4000-8000-000000000001';

function caller(allowedCallers: string[]) {
  const warnings: string[] = [];
  const known = { connection: connection({ allowedCallers }), state: null };
  const asked = tokenCaller(
    {
      settings: { access: { keys: false, audience: 'api' } },
      keys: { ofConnection: () => expect.fail('no key was sent') },
      callerTokens: { verify: async () => ({ entries: [], unproven: APP }) },
      log: { warn: (message) => void warnings.push(message) },
    },
    { id: known.connection.id, known },
    { credential: 'a token', isKeyOnly: false },
  );
  return { asked, warnings };
}

describe('a caller whose token does not say that it is an application’s', () => {
  it('is refused, and the log says what to do where the connection means it', async () => {
    const { asked, warnings } = caller([APP]);
    expect(await asked).toBeNull();
    expect(warnings.join()).toContain('optional claims');
  });

  it('is refused without a word where nobody named it', async () => {
    const { asked, warnings } = caller([]);
    expect(await asked).toBeNull();
    expect(warnings).toEqual([]);
  });
});
