import { describe, expect, it } from 'vitest';
import { createHealth } from '../../shared/http/health.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { aRun, TENANT } from '../support/stored.ts';

const OTHER = '11111111-2222-0333-4444-555555555555';

function setUp(
  endedAt: Record<string, string | null>,
  {
    installed = '2026-01-01T00:00:00Z',
    latest = 'partial',
  }: { installed?: string; latest?: 'partial' | 'complete' } = {},
) {
  let catchUps = 0;
  const clock = fakeClock('2026-03-01T12:00:00Z');
  let reads = 0;
  const state = { down: false };
  const health = createHealth({
    runs: {
      lastPopulation: async (tenantId) => {
        reads += 1;
        if (state.down) throw new Error('down');
        const end = endedAt[tenantId];
        return end === undefined || end === null
          ? null
          : { runId: tenantId, applications: 1, servicePrincipals: 1, lists: {} };
      },
      get: async (runId) => aRun({ runId, endedAt: endedAt[runId] ?? null }),
      recent: async () => [aRun({ status: latest })],
    },
    tenantIds: async () => Object.keys(endedAt),
    channels: async () => [],
    alerts: async () => 'live',
    troubles: { all: async function* all() {} },
    deliveries: async () => [],
    installedAt: async () => new Date(installed),
    catchUp: async () => {
      catchUps += 1;
    },
    clock,
  });
  return { clock, health, state, reads: () => reads, catchUps: () => catchUps };
}

describe('createHealth', () => {
  it('is well while every tenant was read whole within 26 hours', async () => {
    const { health, clock } = setUp({ [TENANT]: '2026-03-01T02:00:00.000Z' });
    expect(await health()).toMatchObject({ status: 'ok', lastSuccess: '2026-03-01T02:00:00.000Z' });
    clock.set('2026-03-02T04:00:00Z');
    expect((await health()).status).toBe('ok');
    clock.advance(31_000);
    expect((await health()).status).toBe('late');
  });

  it('counts the tenant that was not read for the longest time', async () => {
    const { health } = setUp({
      [TENANT]: '2026-03-01T02:00:00.000Z',
      [OTHER]: '2026-02-27T02:00:00.000Z',
    });
    expect(await health()).toMatchObject({
      status: 'late',
      lastSuccess: '2026-02-27T02:00:00.000Z',
    });
  });

  it('does not take one tenant for all, nor silence for success', async () => {
    const { health } = setUp({ [TENANT]: '2026-03-01T02:00:00.000Z', [OTHER]: null });
    expect(await health()).toMatchObject({ status: 'neverSucceeded', lastSuccess: null });
  });

  it('gives a new installation the time of its first night, unless that has failed', async () => {
    const installed = '2026-03-01T11:00:00Z';
    const { health, clock } = setUp({ [TENANT]: null }, { installed, latest: 'complete' });
    expect((await health()).status).toBe('starting');
    clock.set('2026-03-02T13:00:01Z');
    expect((await health()).status).toBe('neverSucceeded');
    const failed = setUp({ [TENANT]: null }, { installed, latest: 'partial' });
    expect((await failed.health()).status).toBe('neverSucceeded');
  });

  it('facts 3 row 73: is late 27 hours after the last success, which is a 503, and looks for the missed check', async () => {
    const { health, clock, catchUps } = setUp({ [TENANT]: '2026-03-01T02:00:00.000Z' });
    clock.set('2026-03-02T05:00:00Z');
    expect((await health()).status).toBe('late');
    expect(catchUps()).toBe(1);
  });

  it('reads at most every 30 seconds, and once for all who wait', async () => {
    const { health, clock, reads } = setUp({ [TENANT]: '2026-03-01T02:00:00.000Z' });
    await Promise.all([health(), health(), health()]);
    clock.advance(29_999);
    await health();
    expect(reads()).toBe(1);
    clock.advance(1);
    await health();
    expect(reads()).toBe(2);
  });

  it('does not remember that storage was away', async () => {
    const { health, state } = setUp({ [TENANT]: '2026-03-01T02:00:00.000Z' });
    state.down = true;
    await expect(health()).rejects.toThrow('down');
    state.down = false;
    expect((await health()).status).toBe('ok');
  });
});
