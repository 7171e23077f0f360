import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import { placesHolding } from '../credentials/recorded-consumers.ts';
import { isNeverMuted, muteOf } from '../expiry/mute.ts';
import type { Log } from '../log.ts';
import type { AlertItem } from './alert-item.ts';
import { partitionOf, rowOf, type Destination } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';
import type { Reason } from './reasons.ts';
import { recipientsOf, type Recipient, type RecipientLists } from './recipients.ts';
import { ALL_TENANTS, OPERATIONS, PREVIEW, type AlertMode } from './scopes.ts';

export interface PlanDeps {
  ledger: Ledger;
  lists: RecipientLists;
  mode: AlertMode;
  /** The channels that are set up. With none, nothing is planned, and all of it is once there is one. */
  channels: readonly string[];
  clock: Pick<Clock, 'now'>;
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
  if (!deps.channels.includes('mail')) return { planned: 0 };
  const due = findings.filter(isDue);
  let planned = 0;
  for (const finding of due) planned += await planFinding(deps, run, finding);
  return { planned };
}

type Due = Finding & { stage: number };

/** The stage decides: it is null for what replaces itself, unless that has failed (expiry/assess.ts). */
function isDue(finding: Finding): finding is Due {
  return (
    finding.stage !== null &&
    finding.closedAt === null &&
    finding.supersession !== 'replacementInUse'
  );
}

async function planFinding(deps: PlanDeps, run: Run, finding: Due): Promise<number> {
  const told = toldAbout(finding, deps);
  if (told === 'nobodyYet') return 0;
  const destinations = destinationsOf(finding, told, deps);
  if (destinations.length === 0) {
    deps.log.error(
      'nobody can be told: set KEYTURN_FALLBACK_RECIPIENTS and KEYTURN_OPERATIONS_RECIPIENTS',
      {
        tenantId: finding.tenantId,
        findingId: finding.id,
        stage: finding.stage,
      },
    );
  }
  let planned = 0;
  for (const { reason, ...destination } of destinations) {
    const key = {
      partition: partitionOf(destination),
      row: rowOf({ ...finding, kind: 'ends', findingId: finding.id }),
    };
    const now = deps.clock.now().toISOString();
    const isNew = await deps.ledger.plan(key, {
      state: 'planned',
      ...destination,
      tenantId: finding.tenantId,
      findingId: finding.id,
      stage: finding.stage,
      nightId: run.nightId,
      plannedAt: now,
      notBefore: now,
      attempts: 0,
      item: itemOf({ ...finding, tenantName: run.tenantName }, told, reason),
    });
    planned += isNew ? 1 : 0;
  }
  return planned;
}

/**
 * While an override of its owners silences a finding, only the fallback list is told, and only in the last day
 * (security rule 24). Its stage is not spent: when the silence ends, it is due.
 */
function toldAbout(finding: Due, { lists, clock }: PlanDeps): Recipient[] | 'nobodyYet' {
  if (muteOf(finding.policy, clock.now()) === null) return recipientsOf(finding, lists);
  if (!isNeverMuted(finding.stage)) return 'nobodyYet';
  return recipientsOf({ ...finding, owners: [] }, { ...lists, escalation: [] });
}

/** Where the rows go in this mode: to the people themselves, or to operations instead of them. */
function destinationsOf(
  finding: Due,
  told: Recipient[],
  { mode, lists }: Pick<PlanDeps, 'mode' | 'lists'>,
): (Destination & { reason: Reason })[] {
  if (mode === 'live') {
    return told.map(({ address, audience, reason }) => ({
      channel: 'mail',
      address,
      scope: audience === 'owner' ? finding.tenantId : ALL_TENANTS,
      reason,
    }));
  }
  return lists.operations.map((address) => ({
    channel: 'mail',
    address,
    scope: mode === 'preview' ? PREVIEW : OPERATIONS,
    reason: 'operations',
  }));
}

function itemOf(
  finding: Due & { tenantName: string | null },
  told: Recipient[],
  reason: Reason,
): AlertItem {
  const {
    tenantId,
    tenantName,
    id,
    type,
    name,
    hint,
    expiresAt,
    stage,
    supersession,
    selfRenewing,
    holder,
  } = finding;
  const { objectId, appId, displayName } = holder;
  return {
    kind: 'ends',
    tenantId,
    tenantName,
    findingId: id,
    type,
    name,
    hint,
    expiresAt,
    stage,
    supersession,
    selfRenewing,
    holder: { type: holder.type, objectId, appId, displayName },
    consumers: finding.likelyConsumers.map(({ system, because }) => ({ system, because })),
    recordedConsumers: placesHolding(finding),
    owners: finding.owners.flatMap((owner) => owner.displayName ?? owner.address ?? []),
    told: told.map(({ address, reason }) => ({ address, reason })),
    reason,
  };
}
