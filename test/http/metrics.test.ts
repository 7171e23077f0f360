import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../shared/http/metrics.ts';
import { metricsText } from '../../shared/http/metrics-text.ts';
import type { HealthReport } from '../../shared/http/health.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { aRun, TENANT } from '../support/stored.ts';

const COUNTS = {
  applications: 3,
  servicePrincipals: 1,
  credentials: 4,
  expired: 1,
  expiring: 1,
  ok: 2,
  notYetValid: 0,
  neverExpires: 0,
  unknownExpiry: 0,
  selfRenewing: 0,
};

const UNTRIED = { lastSuccess: null, lastFailure: null, because: null, warning: null };

const HEALTH: HealthReport = {
  status: 'late',
  lastSuccess: '2026-03-01T02:00:09.000Z',
  tenants: [],
  channels: [
    { ...UNTRIED, channel: 'mail', state: 'on', waiting: 2, sent: 5, gaveUp: 1, lastSentAt: null },
    {
      ...UNTRIED,
      channel: 'teams',
      state: 'off',
      waiting: 0,
      sent: 0,
      gaveUp: 0,
      lastSentAt: null,
    },
  ],
  troubles: [
    { tenantId: TENANT, kind: 'coverage', since: '2026-03-02T02:00:00.000Z', reasons: [] },
  ],
  alerts: 'live',
  runs: [],
};

function setUp(tenantName: string | null = 'Contoso') {
  const clock = fakeClock('2026-03-02T12:00:00Z');
  let reads = 0;
  const complete = aRun({ counts: COUNTS, tenantName });
  const partial = aRun({
    runId: `20260302T020000Z-0001.${TENANT}`,
    status: 'partial',
    tenantName,
    endedAt: '2026-03-02T02:01:00.000Z',
    coverage: { applications: { read: 2, complete: false } },
  });
  const metrics = createMetrics({
    health: async () => {
      reads += 1;
      return HEALTH;
    },
    runs: {
      lastPopulation: async () => ({
        runId: complete.runId,
        applications: 3,
        servicePrincipals: 1,
        lists: {},
      }),
      get: async () => complete,
      recent: async () => [aRun({ status: 'queued', endedAt: null }), partial, complete],
    },
    tenantIds: async () => [TENANT],
    clock,
  });
  return { metrics, clock, reads: () => reads };
}

describe('GET /api/metrics', () => {
  it('tells instants instead of ages, what was read, and what waits', async () => {
    const text = await setUp().metrics();
    const labels = `tenant_id="${TENANT}",tenant="Contoso"`;
    const at = (instant: string) => Date.parse(instant) / 1000;
    for (const line of [
      'keyturn_healthy 0',
      `keyturn_last_success_timestamp_seconds ${at('2026-03-01T02:00:09Z')}`,
      `keyturn_tenant_last_success_timestamp_seconds{${labels}} ${at('2026-03-01T02:00:09Z')}`,
      `keyturn_tenant_last_run_timestamp_seconds{${labels},status="partial"} ${at('2026-03-02T02:01:00Z')}`,
      `keyturn_tenant_list_read{${labels},list="applications"} 2`,
      `keyturn_tenant_list_complete{${labels},list="applications"} 0`,
      `keyturn_tenant_credentials{${labels},status="expired"} 1`,
      `keyturn_trouble_since_timestamp_seconds{tenant_id="${TENANT}",kind="coverage"} ${at('2026-03-02T02:00:00Z')}`,
      'keyturn_alerts_waiting{channel="mail"} 2',
      'keyturn_alerts_sent_last_day{channel="mail"} 5',
      'keyturn_alerts_given_up_last_day{channel="mail"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    // What is not known is absent, which is not the same as 0.
    expect(text).not.toContain('keyturn_last_alert_sent_timestamp_seconds');
  });

  it('keeps a hostile tenant name inside its label', async () => {
    const text = await setUp('A"} 1\nkeyturn_healthy 1\n\\').metrics();
    expect(text.split('\n').filter((line) => line.startsWith('keyturn_healthy'))).toEqual([
      'keyturn_healthy 0',
    ]);
    expect(text).toContain('tenant="A\\"} 1');
    for (const line of text.split('\n'))
      expect(line).toMatch(/^(?:|# .*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})? -?[\d.]+)$/);
  });

  it('escapes what a label may not hold', () => {
    const samples = [{ labels: { name: 'a\\b"c\nd' }, value: 1 }];
    expect(metricsText([{ name: 'x', help: 'X.', samples }])).toBe(
      '# HELP x X.\n# TYPE x gauge\nx{name="a\\\\b\\"c\\nd"} 1\n',
    );
  });

  it('reads at most every 30 seconds', async () => {
    const { metrics, clock, reads } = setUp();
    await Promise.all([metrics(), metrics()]);
    clock.advance(29_000);
    await metrics();
    expect(reads()).toBe(1);
    clock.advance(1_000);
    await metrics();
    expect(reads()).toBe(2);
  });
});
