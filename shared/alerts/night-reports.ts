import { z } from 'zod';
import type { FindingStore } from '../checks/finding-store.ts';
import type { Night } from '../checks/night.ts';
import type { RunStore } from '../checks/run-store.ts';
import { tenantKey, type Run } from '../checks/run.ts';
import type { OpenTable } from '../storage/table.ts';
import { readDigest, type DigestDeps } from './digest.ts';
import { isoWeekOf } from './iso-week.ts';
import { localDate } from './local-date.ts';
import { planReport, type ReportDeps } from './plan-report.ts';
import type { ReportItem } from './report-item.ts';
import { ALL_TENANTS } from './scopes.ts';

export interface NightReportsDeps extends ReportDeps, DigestDeps {
  runs: RunStore;
  findings: FindingStore;
  done: DoneReports;
  channels: readonly string[];
  /** IANA name: which week it is, for people. */
  timeZone: string;
  /** KEYTURN_ALL_CLEAR. */
  allClear: boolean;
}

/** Which nights and weeks have had their reports: so that nobody puts them together again. */
export interface DoneReports {
  has(name: string): Promise<boolean>;
  add(name: string, at: Date): Promise<void>;
}

const PARTITION = 'done';

/** Over table `nightreports`, row = a night's id or a week. */
export function doneReports(openTable: OpenTable): DoneReports {
  const table = openTable('nightreports', z.object({ at: z.string() }));
  return {
    has: async (name) => (await table.get(PARTITION, name)) !== null,
    add: async (name, at) => {
      await table.insert(PARTITION, name, { at: at.toISOString() });
    },
  };
}

/**
 * Plans what operations are told beside troubles when a night is over: that all is clear (where that is wanted, and
 * true), and once a week the digest. Of everybody who finds the night over, the ledger takes it from the first. To be
 * called before the night's messages leave; gives back the partitions with something new. Throws what stores throw.
 */
export async function planNightReports(deps: NightReportsDeps, nightId: string): Promise<string[]> {
  if (!deps.channels.includes('mail') || deps.operations.length === 0) return [];
  if (await deps.done.has(nightId)) return [];
  const night = await deps.runs.nights.get(nightId);
  if (night === null) return [];
  const planned = [
    ...(await planAllClear(deps, night)),
    ...(await planDigest(deps, night, deps.clock.now())),
  ];
  await deps.done.add(nightId, deps.clock.now());
  return planned;
}

/** The same for nights of the last two days whose reports died with a process; gives back what is to be delivered. */
export async function sweepNightReports(deps: NightReportsDeps): Promise<string[]> {
  const planned: string[] = [];
  const since = new Date(deps.clock.now().getTime() - SWEPT_MS);
  for await (const { nightId } of deps.runs.nights.since(since)) {
    if (await deps.done.has(nightId)) continue;
    if (await deps.runs.nightIsOver(nightId))
      planned.push(...(await planNightReports(deps, nightId)));
  }
  return planned;
}

const SWEPT_MS = 48 * 3_600_000;

async function planAllClear(deps: NightReportsDeps, night: Night): Promise<string[]> {
  if (!deps.allClear) return [];
  const item = await allClearOf(deps, night);
  return item === null ? [] : planReport(deps, { id: night.nightId, nightId: night.nightId, item });
}

/** Null where anything was found, or where "nothing was found" is not proven for every tenant. */
async function allClearOf(deps: NightReportsDeps, night: Night): Promise<ReportItem | null> {
  const runs = await deps.runs.ofNight(night.nightId);
  const clear = runs.filter(isProven);
  const tenantIds = await deps.tenantIds();
  const isAll = tenantIds.every((id) => clear.some((run) => run.tenantId === tenantKey(id)));
  if (!isAll || clear.length !== runs.length) return null;
  for (const { tenantId } of runs) {
    for await (const { stage, closedAt } of deps.findings.ofTenant(tenantId)) {
      if (stage !== null && closedAt === null) return null;
    }
  }
  const sum = (pick: (counts: NonNullable<Run['counts']>) => number) =>
    runs.reduce((total, { counts }) => total + (counts === null ? 0 : pick(counts)), 0);
  return {
    kind: 'allClear',
    tenantId: ALL_TENANTS,
    tenantName: null,
    tenants: runs.length,
    applications: sum(({ applications }) => applications),
    servicePrincipals: sum(({ servicePrincipals }) => servicePrincipals),
    credentials: sum(({ credentials }) => credentials),
  };
}

/** Read to its end, with every permission that was asked for, and not far fewer than the last time. */
function isProven({ status, suspicious, reasons, counts }: Run): boolean {
  return (
    status === 'complete' && !suspicious && reasons.length === 0 && (counts?.applications ?? 0) > 0
  );
}

/** By the first night that is over in a week (of the installation's time zone), from the second week on. */
async function planDigest(deps: NightReportsDeps, night: Night, now: Date): Promise<string[]> {
  const week = weekOf(now, deps.timeZone);
  if (await deps.done.has(week)) return [];
  if (!(await hasEarlierWeek(deps, week))) return [];
  const item = await readDigest(deps, week);
  const planned = await planReport(deps, { id: week, nightId: night.nightId, item });
  await deps.done.add(week, now);
  return planned;
}

async function hasEarlierWeek(
  { runs, timeZone }: NightReportsDeps,
  week: string,
): Promise<boolean> {
  for await (const { startedAt } of runs.nights.newestFirst()) {
    if (weekOf(new Date(startedAt), timeZone) < week) return true;
  }
  return false;
}

function weekOf(at: Date, timeZone: string): string {
  return isoWeekOf(localDate(at, timeZone));
}
