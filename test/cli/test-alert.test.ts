import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation } from '../support/fake-installation.ts';

function installation(body: Record<string, unknown>) {
  return fakeInstallation(() => ({ body }));
}

describe('keyturn test-alert', () => {
  it('asks for one message and says what the service answered', async () => {
    const detail = 'The workflow has accepted it. Accepted is not delivered: look at the channel.';
    const { io, calls } = installation({
      channel: 'teams',
      status: 'accepted',
      detail,
      sentTo: [],
    });
    expect(await runKeyturn(['test-alert', 'teams'], io)).toBe(0);
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: 'https://keyturn.example/api/alerts/test',
        body: { channel: 'teams' },
      },
    ]);
    expect(io.stdout).toBe(`teams: accepted. ${detail}\n`);
  });

  it.each(['throttled', 'failed', 'refused', 'off'])(
    'ends with 2 when it is %s',
    async (status) => {
      const { io } = installation({ status, detail: 'Set this and that.' });
      expect(await runKeyturn(['test-alert', 'mail'], io)).toBe(2);
      expect(io.stdout).toContain('Set this and that.');
    },
  );

  it.each([[[]], [['pigeon']], [['mail', 'teams']]])('takes one channel: %o', async (args) => {
    const { io, calls } = installation({});
    expect(await runKeyturn(['test-alert', ...args], io)).toBe(2);
    expect(io.stderr).toContain('mail, teams, webhook');
    expect(calls).toEqual([]);
  });
});
