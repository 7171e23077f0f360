import type { OwnersRead } from '../credentials/owner-lookup.ts';
import type { Population } from './run-store.ts';
import type { Run } from './run.ts';
import type { Walk } from './walk.ts';

export interface Verdict extends Pick<Run, 'status' | 'reasons' | 'coverage'> {
  /** Read to its end, yet seeing so little that nothing may be concluded from what is missing. */
  suspicious: boolean;
}

export interface Evidence {
  walk: Pick<Walk, 'counts' | 'lists' | 'incomplete' | 'skipped'>;
  /** Null when no finding needed its owners. */
  owners: OwnersRead | null;
  last: Population | null;
}

/** More than a fifth fewer than last time is not believed at once (design §4, "Coverage"). */
const MAX_SHRINK_SHARE = 0.2;
const EXPECTED_LISTS = ['applications', 'servicePrincipals'];
const MAX_NAMED_SKIPPED = 3;

/**
 * How far a run's word goes, with reasons that an admin can act on. `failed` when the applications list gave nothing
 * because of an error, `partial` when anything else was not read to its end. Pure.
 */
export function verdictOf({ walk, owners, last }: Evidence): Verdict {
  const unread = [...walk.incomplete, ...(owners?.incomplete ?? [])];
  // One vault that cannot be reached has three unread lists for one reason.
  const causes = new Set(unread.map(({ reason }) => reason));
  const reasons = [...causes, ...skippedReason(walk.skipped)];
  const doubts = unread.length === 0 ? doubtsOf(walk, last) : [];
  return {
    status: statusOf(walk, reasons.length === 0),
    reasons: [...reasons, ...doubts, ...(owners?.notes ?? [])],
    coverage: coverageOf(walk, owners),
    suspicious: doubts.length > 0,
  };
}

function statusOf({ lists, incomplete }: Evidence['walk'], isAllRead: boolean): Verdict['status'] {
  if (isAllRead) return 'complete';
  const isBroken = incomplete.some(({ list }) => list === 'applications');
  return isBroken && (lists['applications'] ?? 0) === 0 ? 'failed' : 'partial';
}

function coverageOf({ lists, incomplete }: Evidence['walk'], owners: OwnersRead | null) {
  const names = new Set([
    ...EXPECTED_LISTS,
    ...Object.keys(lists),
    ...incomplete.map(({ list }) => list),
  ]);
  const coverage: Run['coverage'] = {};
  for (const name of names) {
    const complete = !incomplete.some(({ list }) => list === name);
    coverage[name] = { read: lists[name] ?? 0, complete };
  }
  if (owners !== null) {
    const complete = owners.incomplete.length === 0 && owners.notes.length === 0;
    coverage['owners'] = { read: owners.owners.size, complete };
  }
  return coverage;
}

function skippedReason(skipped: Walk['skipped']): string[] {
  if (skipped.length === 0) return [];
  const named = skipped
    .slice(0, MAX_NAMED_SKIPPED)
    .map(({ where, reason }) => `${where}: ${reason}`);
  const more = skipped.length > named.length ? ` And ${skipped.length - named.length} more.` : '';
  return [`Entries that could not be read: ${skipped.length}. ${named.join(' ')}${more}`];
}

/** A run that saw nothing, or far less than the last one, says so instead of "nothing found". */
function doubtsOf({ counts, lists }: Evidence['walk'], last: Population | null): string[] {
  const { applications, servicePrincipals } = counts;
  if (applications === 0) {
    return [
      "Microsoft Graph listed no application at all. If this tenant has some, check that Keyturn's identity belongs to it; do not treat silence as OK.",
    ];
  }
  if (last === null) return undatedReason(counts);
  return [
    ...undatedReason(counts),
    ...shrinkReason('applications', applications, last.applications),
    ...shrinkReason('enterprise applications', servicePrincipals, last.servicePrincipals),
    ...Object.entries(last.lists).flatMap(([list, before]) =>
      lessOfList(list, lists[list], before),
    ),
  ];
}

/** A vault with a handful of items loses a fifth of them with one that is tidied up. */
const MIN_JUDGED_ITEMS = 10;

/** What a vault or an operator's list held; undefined when this run was not told to read it. */
function lessOfList(list: string, now: number | undefined, before: number): string[] {
  if (now !== undefined) {
    return before < MIN_JUDGED_ITEMS ? [] : shrinkReason(`items of ${list}`, now, before);
  }
  if (before === 0) return [];
  return [
    `The last complete check read ${inNumbers(before)} items of ${list}; this one was not told to read it. If that is meant, nothing more is to be done: what is known of it is let go with the next check. If not, put it back into KEYTURN_WATCHED_VAULTS.`,
  ];
}

/** So many undated ones can be true; when all of so many are, the service calls the date something else. */
const MIN_UNDATED = 3;

function undatedReason({ credentials, unknownExpiry }: Evidence['walk']['counts']): string[] {
  if (credentials < MIN_UNDATED || unknownExpiry < credentials) return [];
  return [
    `None of the ${inNumbers(credentials)} secrets and certificates that were read has an end date, which no tenant is like: what Microsoft Graph answers may have changed. Do not treat silence as OK.`,
  ];
}

function shrinkReason(inWords: string, now: number, before: number): string[] {
  if (now >= before * (1 - MAX_SHRINK_SHARE)) return [];
  return [
    `Read ${inNumbers(now)} ${inWords}; the last complete check read ${inNumbers(before)}. If they were not deleted on purpose, something keeps Keyturn from seeing them: do not treat silence as OK.`,
  ];
}

function inNumbers(count: number): string {
  return count.toLocaleString('en-US');
}
