import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';
import { nightStore, type NightStore } from './night.ts';
import { isEnded, partsOfRunId, runSchema, tenantKey, type Run } from './run.ts';

/** A run that has not ended, and when its queue message was last sent or taken. */
const pendingSchema = z.object({ runId: z.string(), sentAt: z.string(), sends: z.number() });
type Pending = z.infer<typeof pendingSchema>;

const openRunSchema = z.object({ runId: z.string() });

/** What the last complete run of a tenant saw; the next one is compared with it. */
const populationSchema = z.object({
  runId: z.string(),
  applications: z.number(),
  servicePrincipals: z.number(),
  /** How many items each vault, and the operator's own list, held. */
  lists: z.record(z.string(), z.number()).default({}),
});
export type Population = z.infer<typeof populationSchema>;

export interface RunStore {
  readonly nights: NightStore;
  /** Null for an unknown run and for what is no run id. */
  get(runId: string): Promise<Run | null>;
  ofNight(nightId: string): Promise<Run[]>;
  /** The newest nights' runs, newest first; stops after the night that reaches `limit`. */
  recent(limit: number): Promise<Run[]>;
  /** The queued or running run of a tenant, or null. */
  inProgress(tenantId: string): Promise<Run | null>;
  /** True when every run of a launched night has ended and was closed by finishRun. */
  nightIsOver(nightId: string): Promise<boolean>;
  /** Puts a run there, or gives back the one that is there. */
  create(run: Run): Promise<Run>;
  /** Applies a change to a run that has not ended; gives back what is stored then. Throws `not_found`. */
  change(runId: string, change: (run: Run) => Run): Promise<Run>;
  /** Takes the tenant for a run; gives back the id of the run that has it, which may be another one. */
  claimTenant(run: Run): Promise<string>;
  /** Lets the next run of the tenant begin, if this run has it. */
  releaseTenant(run: Run): Promise<void>;
  pending: PendingStore;
  lastPopulation(tenantId: string): Promise<Population | null>;
  /** Keeps the newer of what is there and this. */
  keepPopulation(tenantId: string, population: Population): Promise<void>;
}

interface PendingStore {
  /** Notes that a run's message was sent or taken now; `sends` counts the sends. */
  touch(run: Run, at: Date, sends?: number): Promise<void>;
  remove(run: Run): Promise<void>;
  all(): AsyncIterable<Row<Pending>>;
  /** False when somebody else took it up meanwhile. */
  take(row: Row<Pending>, at: Date): Promise<boolean>;
}

const ONE_PARTITION = 'tenants';
/** Conditional writes that are lost that often in a row mean something is wrong, not busy. */
const MAX_TRIES = 20;

/**
 * Runs over tables: `runs` and `pendingRuns` by night and tenant, `openRuns` (one run per tenant at a time) and
 * `populations` by tenant. Every write can be repeated.
 */
export function runStore(openTable: OpenTable): RunStore {
  const nights = nightStore(openTable);
  const runs = openTable('runs', runSchema);
  const openRuns = openTable('openRuns', openRunSchema);
  const pendingRuns = openTable('pendingRuns', pendingSchema);
  const populations = openTable('populations', populationSchema);

  const get = async (runId: string) => (await runRow(runs, runId))?.value ?? null;
  const ofNight = (nightId: string) => valuesOf(runs.list(nightId));

  return {
    nights,
    get,
    ofNight,
    recent: async (limit) => {
      const found: Run[] = [];
      for await (const { nightId } of nights.newestFirst()) {
        if (found.length >= limit) break;
        found.push(...(await ofNight(nightId)));
      }
      return found;
    },
    inProgress: async (tenantId) => {
      const open = await openRuns.get(ONE_PARTITION, tenantKey(tenantId));
      const run = open === null ? null : await get(open.value.runId);
      return run === null || isEnded(run) ? null : run;
    },
    nightIsOver: async (nightId) => {
      const night = await nights.get(nightId);
      if (night?.launched !== true) return false;
      return (await valuesOf(pendingRuns.list(nightId))).length === 0;
    },
    create: async (run) => {
      await runs.insert(run.nightId, run.tenantId, run);
      return (await get(run.runId)) ?? run;
    },
    change: (runId, change) => changeRun(runs, runId, change),
    claimTenant: (run) => claimTenant({ openRuns, get }, run),
    releaseTenant: async ({ runId, tenantId }) => {
      const open = await openRuns.get(ONE_PARTITION, tenantId);
      if (open?.value.runId === runId) await openRuns.remove(ONE_PARTITION, tenantId);
    },
    pending: pendingStore(pendingRuns),
    lastPopulation: async (tenantId) =>
      (await populations.get(ONE_PARTITION, tenantKey(tenantId)))?.value ?? null,
    keepPopulation: async (tenantId, population) => {
      const current = await populations.get(ONE_PARTITION, tenantKey(tenantId));
      // Run ids sort by time; a repeated run must not put an older number over a newer one.
      if (current !== null && current.value.runId > population.runId) return;
      await populations.put(ONE_PARTITION, tenantKey(tenantId), population);
    },
  };
}

function pendingStore(table: Table<Pending>): PendingStore {
  return {
    touch: async ({ runId, nightId, tenantId }, at, sends) => {
      const sentAt = at.toISOString();
      const current = await table.get(nightId, tenantId);
      const counted = sends ?? current?.value.sends ?? 1;
      await table.put(nightId, tenantId, { runId, sentAt, sends: counted });
    },
    remove: ({ nightId, tenantId }) => table.remove(nightId, tenantId),
    all: () => table.all(),
    take: (row, at) =>
      table.replace(row, {
        ...row.value,
        sentAt: at.toISOString(),
        sends: row.value.sends + 1,
      }),
  };
}

async function runRow(runs: Table<Run>, runId: string): Promise<Row<Run> | null> {
  const parts = partsOfRunId(runId);
  return parts === null ? null : runs.get(parts.nightId, parts.tenantId);
}

async function changeRun(runs: Table<Run>, runId: string, change: (run: Run) => Run): Promise<Run> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await runRow(runs, runId);
    if (row === null) throw new AppError('not_found', `There is no run ${runId}.`);
    if (isEnded(row.value)) return row.value;
    const changed = change(row.value);
    if (await runs.replace(row, changed)) return changed;
  }
  throw new AppError('conflict', `Run ${runId} is being changed by too many at once.`);
}

interface ClaimDeps {
  openRuns: Table<{ runId: string }>;
  get: (runId: string) => Promise<Run | null>;
}

async function claimTenant({ openRuns, get }: ClaimDeps, run: Run): Promise<string> {
  const { runId, tenantId } = run;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await openRuns.insert(ONE_PARTITION, tenantId, { runId })) return runId;
    const current = await openRuns.get(ONE_PARTITION, tenantId);
    if (current === null) continue;
    if (current.value.runId === runId) return runId;
    const other = await get(current.value.runId);
    // Without a row yet, the other one is being launched, or its launch died and a sweep will repeat it.
    if (other === null || !isEnded(other)) return current.value.runId;
    // It ended and died before it let go of the tenant.
    if (await openRuns.replace(current, { runId })) return runId;
  }
  throw new AppError(
    'conflict',
    `Checks of tenant ${tenantId} are being started too often at once.`,
  );
}

async function valuesOf<T>(rows: AsyncIterable<Row<T>>): Promise<T[]> {
  const values: T[] = [];
  for await (const { value } of rows) values.push(value);
  return values;
}
