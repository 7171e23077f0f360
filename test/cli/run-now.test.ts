import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation, KEY, type Answer, type SentCall } from '../support/fake-installation.ts';

const RUNS = [
  { runId: 'night.one', tenantId: 'one' },
  { runId: 'night.two', tenantId: 'two' },
];
const COUNTS = { applications: 1203, credentials: 2000 };

/** Starts two runs; each look at one gives its next status, and the last one for ever. */
function installation(statuses: Record<string, string[]>, reasons: string[] = []) {
  return fakeInstallation(({ method, url }: SentCall): Answer => {
    if (method === 'POST') return { status: 202, body: { runs: RUNS } };
    const runId = url.split('/').at(-1) ?? '';
    const left = statuses[runId] ?? [];
    const status = left.length > 1 ? left.shift() : left[0];
    const tenantId = runId.replace('night.', '');
    return { body: { runId, tenantId, status, reasons, counts: COUNTS, extra: 1 } };
  });
}

describe('keyturn run-now', () => {
  it('starts a check of every tenant and says under which id each runs', async () => {
    const { io, calls } = installation({});
    expect(await runKeyturn(['run-now'], io)).toBe(0);
    expect(io.stdout).toBe(
      'Tenant one is being checked: night.one\nTenant two is being checked: night.two\n',
    );
    expect(calls).toHaveLength(1);
    expect(io.stdout + io.stderr).not.toContain(KEY);
  });

  it('waits until the last check has ended', async () => {
    const { io } = installation({
      'night.one': ['queued', 'running', 'complete'],
      'night.two': ['running', 'complete'],
    });
    expect(await runKeyturn(['run-now', '--wait'], io)).toBe(0);
    expect(io.stdout).toBe(
      'Tenant one was checked: read 1,203 applications, 2,000 secrets and certificates.\n' +
        'Tenant two was checked: read 1,203 applications, 2,000 secrets and certificates.\n',
    );
  });

  it('ends with 2 and the reasons when something was not read', async () => {
    const { io } = installation({ 'night.one': ['complete'], 'night.two': ['partial'] }, [
      'Grant it.',
    ]);
    expect(await runKeyturn(['run-now', '--wait'], io)).toBe(2);
    expect(io.stdout).toContain('Tenant two was checked in part. Do not treat silence as OK');
    expect(io.stdout).toContain('  Grant it.\n');
  });

  it('does not wait for ever', async () => {
    const { io } = installation({ 'night.one': ['running'], 'night.two': ['complete'] });
    expect(await runKeyturn(['run-now', '--wait'], io)).toBe(2);
    expect(io.stdout).toContain('Tenant one is still being checked');
  });

  it('refuses what it does not know before it starts anything', async () => {
    const { io, calls } = installation({});
    expect(await runKeyturn(['run-now', '--force'], io)).toBe(2);
    expect(io.stderr).toContain('takes --wait');
    expect(calls).toEqual([]);
  });

  it('says what to set where no installation is named', async () => {
    const { io } = fakeInstallation(() => ({ body: {} }), {});
    expect(await runKeyturn(['run-now'], io)).toBe(2);
    expect(io.stderr).toContain('set KEYTURN_URL');
  });
});
