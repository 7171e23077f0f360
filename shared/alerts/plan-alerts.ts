import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import type { Log } from '../log.ts';
import type { ActStore } from './act-store.ts';
import type { Act } from './act.ts';
import { noteWarned, warningKind, type AlertSubjects } from './alert-subjects.ts';
import { mapLimited } from '../map-limited.ts';
import { itemOf } from './item-of.ts';
import type { Destination } from './ledger-keys.ts';
import { afterActs } from './muting.ts';
import { planEvent, planResolved, type EventDeps } from './plan-events.ts';
import type { PlanTraceStore } from './plan-trace.ts';
import { planRow } from './plan-row.ts';
import type { Reason } from './reasons.ts';
import type { Recipient, RecipientLists } from './recipients.ts';
import {
  ALL_TENANTS,
  MAIL,
  OPERATIONS,
  PREVIEW,
  QUIET,
  TEAMS,
  THE_TEAMS_CHANNEL,
  WEBHOOK,
  type AlertMode,
} from './scopes.ts';
import { whoIsToldAt } from './who-is-told-at.ts';

export interface PlanDeps extends EventDeps {
  subjects: AlertSubjects;
  lists: RecipientLists;
  /** The mode in force. */
  mode: () => Promise<AlertMode>;
  /** While alerts are live, this tenant's go to operations alone. */
  isQuiet?: boolean | undefined;
  /** The channels that are set up. With none, nothing is planned, and all of it is once there is one. */
  channels: readonly string[];
  /** What people said over the links in their mails. */
  acts: Pick<ActStore, 'ofTenant'>;
  /** Why whom was chosen, for whoever asks afterwards. */
  plans: Pick<PlanTraceStore, 'keep'>;
  /** IANA name: which day it is, for people. */
  timeZone: string;
  log: Log;
}

/**
 * Writes down whom to tell about what a run found: one row per recipient, finding and stage, once. A second run, a
 * repeated one, or one that died halfway and starts again adds only what is not there. To be called before finishRun,
 * so that nothing is sent before all runs of the night are planned (night-over.ts). A run that failed plans nothing.
 */
export async function planAlerts(
  deps: PlanDeps,
  run: Run,
  findings: readonly Finding[],
): Promise<{ planned: number }> {
  if (run.status !== 'complete' && run.status !== 'partial') return { planned: 0 };
  const mode = await deps.mode();
  const isQuiet = deps.isQuiet === true && mode === 'live';
  const planning = { ...deps, isQuiet, mode: isQuiet ? ('operations' as const) : mode };
  if (!canTell(planning)) return { planned: 0 };
  const due = findings.filter(isDue);
  const acts = due.length === 0 ? [] : await deps.acts.ofTenant(run.tenantId);
  const counts = await mapLimited(due, AT_ONCE, (finding) =>
    planFinding(planning, { run, acts }, finding),
  );
  let planned = counts.reduce((sum, count) => sum + count, 0);
  if (tellsTickets(planning)) planned += await planResolved(deps, run, findings);
  return { planned };
}

/** Findings have no row in common; one after the other, a large tenant would take longer than its queue message waits. */
const AT_ONCE = 8;

type Planning = Omit<PlanDeps, 'mode'> & { mode: AlertMode };

type Due = Finding & { stage: number };

/** The stage decides: it is null for what replaces itself, unless that has failed (expiry/assess.ts). */
function isDue(finding: Finding): finding is Due {
  return (
    finding.stage !== null &&
    finding.closedAt === null &&
    finding.supersession !== 'replacementInUse'
  );
}

/** Beside mail to operations nothing leaves before alerts are live. */
function canTell({ mode, channels }: Planning): boolean {
  return mode === 'live' ? channels.length > 0 : channels.includes(MAIL);
}

function tellsTickets({ mode, channels }: Planning): boolean {
  return mode === 'live' && channels.includes(WEBHOOK);
}

interface Tonight {
  run: Run;
  acts: readonly Act[];
}

async function planFinding(deps: Planning, tonight: Tonight, finding: Due): Promise<number> {
  const who = whoIsToldAt(finding, deps.lists, deps.clock.now());
  if (who === null) return 0;
  const channels = deps.channels.filter((channel) => !who.isSilenced || channel === MAIL);
  const planned = await planTold({ ...deps, channels }, { ...tonight, finding, chosen: who.told });
  // After the rows, which are what counts: a crash in between costs an explanation and nothing else.
  if (planned > 0) await deps.plans.keep(tonight.run, finding, who);
  return planned;
}

interface Told extends Tonight {
  finding: Due;
  chosen: Recipient[];
}

async function planTold(deps: Planning, { run, acts, finding, chosen }: Told): Promise<number> {
  const { told, notes, roundOf } = afterActs(
    finding,
    { chosen, acts },
    { ...deps, now: deps.clock.now() },
  );
  const destinations = destinationsOf(finding, told, deps);
  const isMuted = chosen.length > 0 && told.length === 0;
  if (destinations.length === 0 && !tellsTickets(deps) && !isMuted) {
    deps.log.error(
      'nobody can be told: set KEYTURN_FALLBACK_RECIPIENTS and KEYTURN_OPERATIONS_RECIPIENTS',
      {
        tenantId: finding.tenantId,
        findingId: finding.id,
        stage: finding.stage,
      },
    );
  }
  const about = { ...finding, tenantName: run.tenantName };
  const { nightId } = run;
  // A preview warns nobody, so nobody is told when it is over.
  const isPreview = deps.mode === 'preview' || destinations.length === 0;
  const episode = isPreview
    ? 0
    : await noteWarned(deps.subjects, itemOf(about, told, 'channel'), {
        destinations,
        roundOf,
      });
  let planned = 0;
  for (const { reason, ...destination } of destinations) {
    const said = { episode, acts: notes };
    const item = { ...itemOf(about, told, reason), ...said, kind: 'ends' } as const;
    const kind = warningKind(episode, roundOf(destination));
    planned += await planRow(deps, { destination, item, nightId, kind });
  }
  if (tellsTickets(deps)) planned += await planEvent(deps, run, itemOf(about, told, 'channel'));
  return planned;
}

/** Where the rows go in this mode: to the people and the Teams channel, or to operations instead of them. */
function destinationsOf(
  finding: Due,
  told: Recipient[],
  { mode, lists, channels, isQuiet }: Pick<Planning, 'mode' | 'lists' | 'channels' | 'isQuiet'>,
): (Destination & { reason: Reason })[] {
  if (mode === 'live') {
    const people = told.map(({ address, audience, reason }) => ({
      channel: MAIL,
      address,
      scope: audience === 'owner' ? finding.tenantId : ALL_TENANTS,
      reason,
    }));
    const team = {
      channel: TEAMS,
      address: THE_TEAMS_CHANNEL,
      scope: finding.tenantId,
      reason: 'channel' as const,
    };
    return [...people, team].filter(({ channel }) => channels.includes(channel));
  }
  const instead = isQuiet === true ? QUIET : OPERATIONS;
  return lists.operations.map((address) => ({
    channel: MAIL,
    address,
    scope: mode === 'preview' ? PREVIEW : instead,
    reason: 'operations',
  }));
}
