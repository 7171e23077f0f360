import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation } from '../support/fake-installation.ts';

describe('keyturn sealing-key', () => {
  it('asks for a new key and says what was sealed anew with it', async () => {
    const { io, calls } = fakeInstallation(() => ({ body: { resealed: 3, unsealed: 1 } }));
    expect(await runKeyturn(['sealing-key', 'new'], io)).toBe(0);
    expect(calls).toMatchObject([
      { method: 'POST', url: 'https://keyturn.example/api/sealing-key' },
    ]);
    expect(io.stdout).toBe(
      'A new key seals from now on. Sealed anew: 3 connections.\n' +
        '1 connection could not be: Keyturn takes that up within six hours.\n',
    );
  });

  it('does nothing without its one word', async () => {
    for (const args of [[], ['rotate'], ['new', 'now']]) {
      const { io, calls } = fakeInstallation(() => ({ body: {} }));
      expect(await runKeyturn(['sealing-key', ...args], io)).toBe(2);
      expect(calls).toEqual([]);
    }
  });
});
