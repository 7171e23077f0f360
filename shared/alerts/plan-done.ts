import type { FindingStore } from '../checks/finding-store.ts';
import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import type { AlertItem } from './alert-item.ts';
import {
  subjectRow,
  type AlertSubject,
  type AlertSubjects,
  type Warned,
} from './alert-subjects.ts';
import type { Ledger } from './ledger.ts';
import { planRow } from './plan-row.ts';

export interface PlanDoneDeps {
  ledger: Ledger;
  subjects: AlertSubjects;
  findings: Pick<FindingStore, 'ofTenant'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Tells those who were warned that it is over: one "done" note when a replacement is proven to be in use, when a
 * complete run no longer saw what was to end, or when it renewed itself after all; and one question on the end date of
 * what was replaced. Goes by what is kept and not by what just changed, so it takes up what a crash left behind. To be
 * called after planAlerts, which reopens what turned out not to be over.
 */
export async function planDone(
  deps: PlanDoneDeps,
  run: Run,
  findings: readonly Finding[],
): Promise<{ planned: number }> {
  if (run.status !== 'complete' && run.status !== 'partial') return { planned: 0 };
  const subjects = (await deps.subjects.ofTenant(run.tenantId)).filter(isUnsettled);
  const open = bySubject(findings);
  let kept: Map<string, Finding> | null = null;
  let planned = 0;
  for (const subject of subjects) {
    const row = subjectRow(subject);
    let finding = open.get(row) ?? null;
    if (finding === null) {
      // A run that is told about again names nothing as open: what is kept has the last word.
      kept ??= bySubject(await keptOf(deps, run));
      finding = kept.get(row) ?? null;
    }
    planned += await settleSubject(deps, run, { subject, finding });
  }
  return { planned };
}

function isUnsettled({ state, how, isRechecked, warned }: AlertSubject): boolean {
  return (
    state === 'warned' ||
    warned.some(({ isSettled }) => !isSettled) ||
    (how === 'replaced' && !isRechecked)
  );
}

async function keptOf({ findings }: PlanDoneDeps, { tenantId }: Run): Promise<Finding[]> {
  const kept: Finding[] = [];
  for await (const finding of findings.ofTenant(tenantId)) kept.push(finding);
  return kept;
}

function bySubject(findings: readonly Finding[]): Map<string, Finding> {
  return new Map(
    findings.map((finding) => [subjectRow({ ...finding, findingId: finding.id }), finding]),
  );
}

interface Case {
  subject: AlertSubject;
  /** Null where nothing with that end is kept any more. */
  finding: Finding | null;
}

async function settleSubject(
  deps: PlanDoneDeps,
  run: Run,
  { subject, finding }: Case,
): Promise<number> {
  if (subject.state === 'done') return tellAll(deps, run, { subject, finding });
  const how = howItEnded(finding);
  if (how === null) return 0;
  const doneAt = deps.clock.now().toISOString();
  const done = await deps.subjects.change(subject, (current) =>
    current?.state === 'warned' ? { ...current, state: 'done', how, doneAt } : null,
  );
  return done?.state === 'done' ? tellAll(deps, run, { subject: done, finding }) : 0;
}

/** Null while it needs somebody. */
export function howItEnded(finding: Finding | null): AlertSubject['how'] {
  if (finding === null || finding.closedAt !== null) return 'gone';
  if (finding.supersession === 'replacementInUse') return 'replaced';
  return finding.selfRenewing !== null && !finding.renewalFailed ? 'renewed' : null;
}

async function tellAll(deps: PlanDoneDeps, run: Run, one: Case): Promise<number> {
  return (await tellDone(deps, run, one)) + (await recheck(deps, run, one));
}

/** Whoever's warning is still on its way is told when it has gone out; whoever got none is not told. */
async function tellDone(deps: PlanDoneDeps, run: Run, { subject, finding }: Case): Promise<number> {
  const { how, episode } = subject;
  const waiting = subject.warned.filter(({ isSettled }) => !isSettled);
  if (how === null || waiting.length === 0) return 0;
  const settled = new Set<string>();
  let planned = 0;
  for (const warned of waiting) {
    const state = await deps.ledger.stateOf(warned);
    if (state === 'planned' || state === 'claimed') continue;
    settled.add(warned.partition);
    if (state !== 'sent') continue;
    const item = { ...noteOf(subject, finding, warned), kind: 'done' as const, how };
    planned += await planNote(deps, run, { warned, item, episode });
  }
  await deps.subjects.change(subject, (current) =>
    current?.state !== 'done' || current.episode !== episode
      ? null
      : {
          ...current,
          warned: current.warned.map((one) =>
            settled.has(one.partition) ? { ...one, isSettled: true } : one,
          ),
        },
  );
  return planned;
}

/** On the old end date, to those who were warned; not when it was deleted before. */
async function recheck(deps: PlanDoneDeps, run: Run, { subject, finding }: Case): Promise<number> {
  const { expiresAt, how, isRechecked, episode } = subject;
  if (how !== 'replaced' || isRechecked || expiresAt === null) return 0;
  const isGone = finding === null || finding.closedAt !== null;
  if (!isGone && Date.parse(expiresAt) > deps.clock.now().getTime()) return 0;
  let planned = 0;
  for (const warned of isGone ? [] : subject.warned) {
    if ((await deps.ledger.stateOf(warned)) !== 'sent') continue;
    const item = { ...noteOf(subject, finding, warned), kind: 'recheck' as const };
    planned += await planNote(deps, run, { warned, item, episode });
  }
  await deps.subjects.change(subject, (current) =>
    current?.state === 'done' ? { ...current, isRechecked: true } : null,
  );
  return planned;
}

/** What the warning said, brought up to date. */
function noteOf({ item, warned, episode }: AlertSubject, finding: Finding | null, to: Warned) {
  const people = warned.filter(({ channel }) => channel === to.channel);
  return {
    ...item,
    episode,
    told: people.map(({ address, reason }) => ({ address, reason })),
    reason: to.reason,
    supersession: finding?.supersession ?? item.supersession,
    replacement: finding?.replacement ?? item.replacement,
    proof: finding?.proof ?? item.proof,
    recordedConsumers: finding?.consumers ?? item.recordedConsumers,
  };
}

interface Note {
  warned: Warned;
  item: AlertItem;
  episode: number;
}

function planNote(
  deps: PlanDoneDeps,
  { nightId }: Run,
  { warned, item, episode }: Note,
): Promise<number> {
  const { channel, address, scope } = warned;
  const kind = `${item.kind} ${episode}`;
  return planRow(deps, { destination: { channel, address, scope }, item, nightId, kind });
}
