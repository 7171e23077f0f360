import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation, type Answer } from '../support/fake-installation.ts';

function installation(answer: Answer = { body: state('live') }) {
  return fakeInstallation(() => answer);
}

function state(mode: string, overrides: Record<string, unknown> = {}) {
  return { mode, source: 'setting', switchedAt: null, switchedBy: null, ...overrides };
}

describe('keyturn alerts', () => {
  it('says how far alerts go and who said so', async () => {
    const switched = { source: 'api', switchedAt: '2027-01-19T02:00:00Z', switchedBy: 'key:ops' };
    const { io, calls } = installation({ body: state('preview', switched) });
    expect(await runKeyturn(['alerts'], io)).toBe(0);
    expect(calls).toMatchObject([{ method: 'GET', url: 'https://keyturn.example/api/alerts' }]);
    expect(io.stdout).toBe(
      'Alerts are preview: nobody is warned; operations are told what would be sent.\n' +
        'Switched on 2027-01-19T02:00:00Z by key:ops.\n',
    );
  });

  it('switches them', async () => {
    const { io, calls } = installation();
    expect(await runKeyturn(['alerts', 'live'], io)).toBe(0);
    expect(calls).toMatchObject([{ method: 'PUT', body: { mode: 'live' } }]);
    expect(io.stdout).toBe('Alerts are live: people are warned.\n');
  });

  it('asks for nothing when the word is not one of the three', async () => {
    for (const args of [['lvie'], ['live', 'now'], ['--live']]) {
      const { io, calls } = installation();
      expect(await runKeyturn(['alerts', ...args], io)).toBe(2);
      expect(calls).toEqual([]);
      expect(io.stderr).toContain('preview, operations, live');
    }
    const { io } = installation();
    await runKeyturn(['alerts', 'lvie'], io);
    expect(io.stderr).toContain('Did you mean live?');
  });

  it('says why an installation refused', async () => {
    const detail = 'Alerts cannot be live: there is no way to send them.';
    const { io } = installation({ status: 409, body: { detail, code: 'conflict' } });
    expect(await runKeyturn(['alerts', 'live'], io)).toBe(2);
    expect(io.stderr).toContain(detail);
  });
});
