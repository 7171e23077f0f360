import { z } from 'zod';
import { instantOfNight } from './checks/run.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { mapLimited } from './map-limited.ts';
import type { OpenTable, Row, Table } from './storage/table.ts';

export interface PruneDeps {
  openTable: OpenTable;
  /** The tenants that are watched: what is kept about another one is nobody's need. */
  tenantIds: readonly string[];
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Rows that one invocation removes from one table at most; what is left is there the next time. */
  maxRows?: number;
}

/** How many rows went, by table. */
export type Pruned = Record<string, number>;

/** Security rule 30. */
const FINDINGS_DAYS = 90;
const JOURNAL_DAYS = 90;
const HISTORY_DAYS = 400;
/** A link that has ended opens nothing; a week later nobody asks why. */
const ENDED_LINK_DAYS = 7;
/** A week more than the rows of the ledger that its number keeps apart. */
const RESOLVED_TICKET_DAYS = HISTORY_DAYS + 7;
/** A key whose row never came: whoever was to write it has been repeated long ago. */
const ORPHAN_DAYS = 7;
const MAX_ROWS = 5_000;
const AT_ONCE = 8;
const DAY_MS = 86_400_000;

/**
 * Removes what has been kept long enough. Every row is judged by its own dates, so it may be stopped anywhere and
 * started again, and two at once do no harm. What an open finding was warned of stays, or people would be warned
 * again; the run that a tenant's next one is compared with stays. One table's trouble does not keep the others; the
 * first is thrown at the end.
 */
export async function prune(deps: PruneDeps): Promise<Pruned> {
  const pruned: Pruned = {};
  const failures: unknown[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      pruned[name] = await step(deps, olderThan(deps.clock.now()));
    } catch (error) {
      failures.push(error);
      deps.log.warn('a table could not be pruned', { table: name, reason: String(error) });
    }
  }
  if (failures.length > 0) throw failures[0];
  return pruned;
}

type IsOld = (instant: string | null | undefined, days: number) => boolean;

function olderThan(now: Date): IsOld {
  return (instant, days) =>
    instant !== null &&
    instant !== undefined &&
    Date.parse(instant) < now.getTime() - days * DAY_MS;
}

type Step = (deps: PruneDeps, isOld: IsOld) => Promise<number>;

/** Only the members that decide: a row that this version cannot read any more must be able to go as well. */
const STEPS: Record<string, Step> = {
  alertledger: pruneLedger,
  alertoutbox: pruneOutbox,
  alerttickets: pruneTickets,
  alertsubjects: pruneSubjects,
  populations: prunePopulations,
  runs: pruneRuns,
  nights: pruneNights,
  troubles: pruneTroubles,
  findings: pruneFindings,
  alertjournal: afterIts('alertjournal', 'at', JOURNAL_DAYS),
  alertplans: afterIts('alertplans', 'at', JOURNAL_DAYS),
  actlinks: afterIts('actlinks', 'endsAt', ENDED_LINK_DAYS),
  authorizations: afterIts('authorizations', 'expiresAt', ENDED_LINK_DAYS),
  connectlinks: afterIts('connectlinks', 'endsAt', ENDED_LINK_DAYS),
  tenantlinks: afterIts('tenantlinks', 'endsAt', ENDED_LINK_DAYS),
  tenantconsents: afterIts('tenantconsents', 'expiresAt', ENDED_LINK_DAYS),
  acts: afterIts('acts', 'at', HISTORY_DAYS),
  missedchecks: afterIts('missedchecks', 'noticedAt', HISTORY_DAYS),
  nightreports: afterIts('nightreports', 'at', HISTORY_DAYS),
};

const text = z.string().nullish();

/** Rows go so many days after the instant in one of their members. */
function afterIts(name: string, member: string, days: number): Step {
  const members = z.record(z.string(), z.unknown());
  return (deps, isOld) =>
    removeOld(deps, deps.openTable(name, members), (row) => {
      const instant = row[member];
      return typeof instant === 'string' && isOld(instant, days);
    });
}

function table<S extends z.ZodRawShape>(
  { openTable }: PruneDeps,
  name: string,
  members: S,
): Table<z.infer<z.ZodObject<S>>> {
  return openTable(name, z.object(members) as unknown as z.ZodType<z.infer<z.ZodObject<S>>>);
}

async function removeOld<T>(
  { maxRows = MAX_ROWS }: PruneDeps,
  rows: Table<T>,
  isOver: (value: T, row: Row<T>) => boolean | Promise<boolean>,
): Promise<number> {
  const over: Row<T>[] = [];
  for await (const row of rows.all()) {
    if (over.length >= maxRows) break;
    if (await isOver(row.value, row)) over.push(row);
  }
  await mapLimited(over, AT_ONCE, ({ partition, row }) => rows.remove(partition, row));
  return over.length;
}

/** No run closes what is open in a tenant that is not watched any more. */
function pruneFindings(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const findings = table(deps, 'findings', { tenantId: text, closedAt: text, lastSeenAt: text });
  return removeOld(deps, findings, ({ tenantId, closedAt, lastSeenAt }) =>
    isOld(isWatched(deps, tenantId) ? closedAt : (closedAt ?? lastSeenAt), FINDINGS_DAYS),
  );
}

function isWatched({ tenantIds }: PruneDeps, tenantId: string | null | undefined): boolean {
  const wanted = tenantId?.toLowerCase();
  return wanted === undefined || tenantIds.some((one) => one.toLowerCase() === wanted);
}

type About = (of: Partial<Record<'tenantId' | 'findingId', string | null | undefined>>) => boolean;

/** Whether a finding is open. */
async function openFindings(deps: PruneDeps): Promise<About> {
  const open = new Set<string>();
  const findings = table(deps, 'findings', {
    tenantId: z.string(),
    id: z.string(),
    closedAt: text,
  });
  for await (const { value } of findings.all()) {
    if (value.closedAt === null) open.add(`${value.tenantId} ${value.id}`);
  }
  return ({ tenantId, findingId }) => open.has(`${tenantId} ${findingId}`);
}

/** Its number keeps one opening of a ticket apart from the next, so it stays while there may be a next. */
async function pruneTickets(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const isOpen = await openFindings(deps);
  const tickets = table(deps, 'alerttickets', { ...ABOUT, changedAt: text });
  return removeOld(
    deps,
    tickets,
    (ticket) => isOld(ticket.changedAt, RESOLVED_TICKET_DAYS) && !isOpen(ticket),
  );
}

async function pruneSubjects(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const isOpen = await openFindings(deps);
  const subjects = table(deps, 'alertsubjects', { ...ABOUT, expiresAt: text, doneAt: text });
  return removeOld(deps, subjects, (subject) => {
    const { tenantId, expiresAt, doneAt } = subject;
    // Nobody finds out that it is over in a tenant that is not watched any more.
    const endedAt = isWatched(deps, tenantId) ? doneAt : (doneAt ?? expiresAt);
    return isOld(endedAt, HISTORY_DAYS) && !isOpen(subject);
  });
}

function pruneTroubles(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const troubles = table(deps, 'troubles', { tenantId: text, since: text });
  return removeOld(
    deps,
    troubles,
    ({ tenantId, since }) => !isWatched(deps, tenantId) && isOld(since, FINDINGS_DAYS),
  );
}

/** Rows are named after their tenants. */
function prunePopulations(deps: PruneDeps, isOld: IsOld): Promise<number> {
  return removeOld(
    deps,
    table(deps, 'populations', { runId: text }),
    ({ runId }, { row }) => !isWatched(deps, row) && isOld(instantOfNight(runId), HISTORY_DAYS),
  );
}

const ABOUT = { tenantId: text, findingId: text };

async function pruneLedger(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const isOpen = await openFindings(deps);
  const ledger = table(deps, 'alertledger', {
    ...ABOUT,
    sentAt: text,
    gaveUpAt: text,
  });
  return removeOld(
    deps,
    ledger,
    // What waits has neither.
    (row) => isOld(row.sentAt ?? row.gaveUpAt, HISTORY_DAYS) && !isOpen(row),
  );
}

async function pruneOutbox(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const ledger = table(deps, 'alertledger', {});
  const outbox = table(deps, 'alertoutbox', { nightId: text });
  return removeOld(deps, outbox, async ({ nightId }, { partition, row }) => {
    if (!isOld(instantOfNight(nightId), ORPHAN_DAYS)) return false;
    return (await ledger.get(partition, row)) === null;
  });
}

async function pruneRuns(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const compared = await comparedRuns(deps);
  const runs = table(deps, 'runs', { runId: z.string(), nightId: text });
  return removeOld(
    deps,
    runs,
    ({ runId, nightId }) => isOld(instantOfNight(nightId), HISTORY_DAYS) && !compared.has(runId),
  );
}

/** A night goes when it has no run left, so that one which is listed can be shown. */
async function pruneNights(deps: PruneDeps, isOld: IsOld): Promise<number> {
  const runs = table(deps, 'runs', {});
  const nights = table(deps, 'nights', { nightId: z.string() });
  return removeOld(deps, nights, async ({ nightId }) => {
    if (!isOld(instantOfNight(nightId), HISTORY_DAYS)) return false;
    for await (const _ of runs.list(nightId)) return false;
    return true;
  });
}

async function comparedRuns(deps: PruneDeps): Promise<Set<string>> {
  const compared = new Set<string>();
  const populations = table(deps, 'populations', { runId: z.string() });
  for await (const { value } of populations.all()) compared.add(value.runId);
  return compared;
}
