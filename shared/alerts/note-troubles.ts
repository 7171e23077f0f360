import type { Population, RunStore } from '../checks/run-store.ts';
import { isEnded, type Run } from '../checks/run.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { planReport, type ReportDeps } from './plan-report.ts';
import type { ListRead, ReportItem } from './report-item.ts';
import { signatureOf, type Trouble, type TroubleKind, type TroubleStore } from './trouble.ts';

export interface NoteTroublesDeps extends ReportDeps {
  troubles: TroubleStore;
  runs: Pick<RunStore, 'lastPopulation'>;
  /** The channels that are set up; without mail or operations, what is to be told waits until there are. */
  channels: readonly string[];
  log: Log;
}

/** Conditional writes that are lost that often in a row mean something is wrong, not busy. */
const MAX_TRIES = 20;

/**
 * Tells operations what was wrong with a run, once per trouble: when it begins, when it changes, and when it is over.
 * To be called with what a run came to before finishRun; may be repeated, and dies without loss at any point, because
 * the trouble is written with what is to be told before that is planned. Throws `storage_unavailable`.
 */
export async function noteTroubles(deps: NoteTroublesDeps, run: Run): Promise<void> {
  if (!isEnded(run)) return;
  for (const [kind, has] of seenIn(run)) {
    if (has !== null) await note(deps, { run, kind, has });
  }
}

interface Sighting {
  run: Run;
  kind: TroubleKind;
  /** Whether the run has this trouble. */
  has: boolean;
}

/** Null where the run cannot know. */
function seenIn({ status, suspicious, reasons, coverage }: Run): [TroubleKind, boolean | null][] {
  if (status !== 'complete' || suspicious) return [['coverage', true]];
  if (reasons.length > 0) {
    return [
      ['coverage', false],
      ['names', true],
    ];
  }
  // Names are blank or not only where somebody was looked up.
  const isNamed = coverage['owners']?.complete ?? false;
  return [
    ['coverage', false],
    ['names', isNamed ? false : null],
  ];
}

async function note(deps: NoteTroublesDeps, seen: Sighting): Promise<void> {
  const { tenantId } = seen.run;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await deps.troubles.get(tenantId, seen.kind);
    const current = row?.value ?? null;
    const next = await nextOf(deps, current, seen);
    if (next !== null) {
      if (await deps.troubles.write(row, next)) report(deps, next);
      continue;
    }
    if (row === null || row.value.untold === null || !canTell(deps)) return;
    await planReport(deps, row.value.untold);
    if (await deps.troubles.write(row, { ...row.value, untold: null, wasTold: row.value.isOpen }))
      return;
  }
  throw new AppError(
    'conflict',
    `The troubles of tenant ${tenantId} are changed by too many at once.`,
  );
}

/** What is to be written; null when there is no news. */
async function nextOf(
  deps: NoteTroublesDeps,
  current: Trouble | null,
  { run, kind, has }: Sighting,
): Promise<Trouble | null> {
  if (current !== null && run.runId < current.runId) return null;
  const open = current?.isOpen === true ? current : null;
  if (has) return open?.signature === signatureOf(run) ? null : opened(deps, open, { run, kind });
  return open === null ? null : ended(deps, open, run);
}

async function opened(
  deps: NoteTroublesDeps,
  open: Trouble | null,
  { run, kind }: Pick<Sighting, 'run' | 'kind'>,
): Promise<Trouble> {
  const { runId, nightId, tenantId, reasons } = run;
  const since = open?.since ?? at(run);
  const hasChanged = open?.wasTold ?? false;
  const item = await trouble(deps, run, { since, hasChanged });
  return {
    tenantId,
    kind,
    isOpen: true,
    signature: signatureOf(run),
    reasons,
    since,
    runId,
    wasTold: hasChanged || canTell(deps),
    untold: { id: runId, nightId, item },
  };
}

/** The end of what nobody was told is no news. */
async function ended(deps: NoteTroublesDeps, open: Trouble, run: Run): Promise<Trouble> {
  const { runId, nightId } = run;
  const item = open.wasTold ? await restored(deps, open, run) : null;
  const untold = item === null ? null : { id: runId, nightId, item };
  return { ...open, isOpen: false, runId, wasTold: false, untold };
}

function canTell({ channels, operations }: NoteTroublesDeps): boolean {
  return channels.includes('mail') && operations.length > 0;
}

async function trouble(
  deps: NoteTroublesDeps,
  run: Run,
  { since, hasChanged }: { since: string; hasChanged: boolean },
): Promise<ReportItem> {
  const { tenantId, tenantName, suspicious, reasons } = run;
  const status = run.status === 'failed' || run.status === 'partial' ? run.status : 'complete';
  const lists = listsOf(run, await deps.runs.lastPopulation(tenantId));
  return {
    kind: 'coverageTrouble',
    tenantId,
    tenantName,
    status,
    suspicious,
    lists,
    reasons,
    since,
    hasChanged,
  };
}

async function restored(deps: NoteTroublesDeps, { since }: Trouble, run: Run): Promise<ReportItem> {
  const { tenantId, tenantName } = run;
  const lists = listsOf(run, await deps.runs.lastPopulation(tenantId));
  return { kind: 'coverageRestored', tenantId, tenantName, lists, since, until: at(run) };
}

function listsOf({ coverage }: Run, last: Population | null): ListRead[] {
  const before: Record<string, number | undefined> = {
    applications: last?.applications,
    servicePrincipals: last?.servicePrincipals,
  };
  return Object.entries(coverage).map(([list, { read, complete }]) => ({
    list,
    read,
    complete,
    before: before[list] ?? null,
  }));
}

function at({ endedAt, startedAt }: Run): string {
  return endedAt ?? startedAt ?? new Date(0).toISOString();
}

function report({ log, operations }: NoteTroublesDeps, trouble: Trouble): void {
  const { tenantId, kind, reasons, isOpen, untold } = trouble;
  if (!isOpen) {
    log.info('a tenant is watched whole again', { tenantId, kind });
    return;
  }
  const isTold = untold !== null && operations.length > 0;
  log.error('a tenant is not watched whole: do not treat silence as OK', {
    tenantId,
    kind,
    reasons,
    operationsAreTold: isTold,
  });
}
