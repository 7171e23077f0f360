import type { RunStore } from '../checks/run-store.ts';
import { isEnded, tenantKey, type Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import { displayText } from '../display-text.ts';
import { mapLimited } from '../map-limited.ts';
import { CACHED_MS, type HealthReport } from './health.ts';
import { metricsText, type MetricFamily } from './metrics-text.ts';
import { readAtMost } from './read-at-most.ts';

export interface MetricsDeps {
  health: () => Promise<HealthReport>;
  runs: Pick<RunStore, 'get' | 'lastPopulation' | 'recent'>;
  /** The tenants that are watched. */
  tenantIds: () => Promise<readonly string[]>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Makes the text of `GET /api/metrics`: instants instead of ages, so that a scraper that stops and a monitor that stops
 * look different. Read at most every 30 seconds. Throws what the stores throw.
 */
export function createMetrics(deps: MetricsDeps): () => Promise<string> {
  return readAtMost(CACHED_MS, deps.clock, async () => {
    const tenants = await tenantsOf(deps);
    return metricsText([...healthFamilies(await deps.health()), ...tenantFamilies(tenants)]);
  });
}

const READ_AT_ONCE = 16;

interface Tenant {
  labels: { tenant_id: string; tenant: string };
  /** The last run that ended, and the last complete one. */
  last: Run | null;
  complete: Run | null;
}

async function tenantsOf({ runs, ...deps }: MetricsDeps): Promise<Tenant[]> {
  const tenantIds = await deps.tenantIds();
  // The newest night may be under way: two nights hold the last run that ended, unless something is wrong.
  const recent = (await runs.recent(tenantIds.length * 2)).filter(isEnded);
  return mapLimited(tenantIds, READ_AT_ONCE, async (tenantId) => {
    const population = await runs.lastPopulation(tenantId);
    const complete = population === null ? null : await runs.get(population.runId);
    const last = recent.find((run) => run.tenantId === tenantKey(tenantId)) ?? complete;
    const name = last?.tenantName ?? complete?.tenantName ?? '';
    return { labels: { tenant_id: tenantId, tenant: displayText(name) }, last, complete };
  });
}

function healthFamilies(health: HealthReport): MetricFamily[] {
  const { status, lastSuccess, channels, troubles } = health;
  const perChannel = (pick: (channel: HealthReport['channels'][number]) => number | null) =>
    channels.flatMap((channel) => sample({ channel: channel.channel }, pick(channel)));
  return [
    {
      name: 'keyturn_healthy',
      help: '1 while every tenant was read whole within 26 hours, or had no time for it yet.',
      samples: [{ value: status === 'ok' || status === 'starting' ? 1 : 0 }],
    },
    {
      name: 'keyturn_last_success_timestamp_seconds',
      help: 'The oldest among the last complete runs of all tenants; absent while one never had any.',
      samples: sample({}, seconds(lastSuccess)),
    },
    {
      name: 'keyturn_trouble_since_timestamp_seconds',
      help: 'Since when something about a tenant is not read.',
      samples: troubles.flatMap(({ tenantId, kind, since }) =>
        sample({ tenant_id: tenantId, kind }, seconds(since)),
      ),
    },
    {
      name: 'keyturn_alerts_waiting',
      help: 'Messages that have not gone out yet, by channel.',
      samples: perChannel(({ waiting }) => waiting),
    },
    {
      name: 'keyturn_alerts_sent_last_day',
      help: 'Warnings that a channel accepted in the last 24 hours.',
      samples: perChannel(({ sent }) => sent),
    },
    {
      name: 'keyturn_alerts_given_up_last_day',
      help: 'Warnings that were given up in the last 24 hours.',
      samples: perChannel(({ gaveUp }) => gaveUp),
    },
    {
      name: 'keyturn_last_alert_sent_timestamp_seconds',
      help: 'When a channel accepted something last; absent when that is more than a day ago.',
      samples: perChannel(({ lastSentAt }) => seconds(lastSentAt)),
    },
  ];
}

function tenantFamilies(tenants: readonly Tenant[]): MetricFamily[] {
  const perList = (pick: (list: Run['coverage'][string]) => number) =>
    tenants.flatMap(({ labels, last }) =>
      Object.entries(last?.coverage ?? {}).map(([list, coverage]) => ({
        labels: { ...labels, list },
        value: pick(coverage),
      })),
    );
  return [
    {
      name: 'keyturn_tenant_last_success_timestamp_seconds',
      help: 'When the last complete run of a tenant ended.',
      samples: tenants.flatMap(({ labels, complete }) =>
        sample(labels, seconds(complete?.endedAt ?? null)),
      ),
    },
    {
      name: 'keyturn_tenant_last_run_timestamp_seconds',
      help: 'When the last run of a tenant ended, by what came of it.',
      samples: tenants.flatMap(({ labels, last }) =>
        sample({ ...labels, status: last?.status ?? '' }, seconds(last?.endedAt ?? null)),
      ),
    },
    {
      name: 'keyturn_tenant_list_read',
      help: 'Objects that the last run read of each list.',
      samples: perList(({ read }) => read),
    },
    {
      name: 'keyturn_tenant_list_complete',
      help: '1 when the last run read the list to its end.',
      samples: perList(({ complete }) => (complete ? 1 : 0)),
    },
    {
      name: 'keyturn_tenant_credentials',
      help: 'Credentials by status, as the last complete run counted them.',
      samples: tenants.flatMap(({ labels, complete }) =>
        Object.entries(statusesOf(complete)).map(([status, value]) => ({
          labels: { ...labels, status },
          value,
        })),
      ),
    },
  ];
}

function statusesOf(run: Run | null): Record<string, number> {
  if (run === null || run.counts === null) return {};
  const { expired, expiring, ok, notYetValid, neverExpires, unknownExpiry } = run.counts;
  return { expired, expiring, ok, notYetValid, neverExpires, unknownExpiry };
}

function seconds(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1_000;
}

function sample(labels: Record<string, string>, value: number | null): MetricFamily['samples'] {
  return value === null ? [] : [{ labels, value }];
}
