import { whoIsTold, type RecipientLists, type WhoIsTold } from '../alerts/recipients.ts';
import { findingAt, type Finding } from '../checks/finding.ts';
import type { UsingConnection } from '../connections/connection-places.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import { cleanUpOf } from '../expiry/clean-up.ts';
import { isNeverMuted, muteOf } from '../expiry/mute.ts';
import type { Thresholds } from '../expiry/thresholds.ts';
import type { FindingAnswer } from './schemas.ts';

export interface AnswerOptions {
  now: Date;
  lists: RecipientLists;
  thresholds: Thresholds;
  /** The places on record for an application, as of now. */
  consumersOf: (tenantId: string, appId: string) => RecordedConsumer[];
  /** Keyturn's own connections that sign in as an application. */
  connectionsOf: (tenantId: string, appId: string) => UsingConnection[];
}

/**
 * A finding as the API shows it (design §7, with recipients, consumers, connections and stage added). What depends on
 * the time is decided at `now`, since the run that stored it may be a day old. Members that are not of the contract
 * stay out.
 */
export function toFindingAnswer(stored: Finding, options: AnswerOptions): FindingAnswer {
  const { now, thresholds } = options;
  const { closedAt: _, related, otherKeyIds, ...kept } = findingAt(stored, now, thresholds);
  const { appId } = kept.holder;
  const consumers = appId === null ? [] : options.consumersOf(kept.tenantId, appId);
  const finding = { ...kept, consumers };
  const { stage } = finding;
  const muted = muteOf(finding.policy, now);
  const isSilent =
    finding.supersession === 'replacementInUse' ||
    (muted !== null && stage !== null && !isNeverMuted(stage));
  const { told, skipped } =
    stage === null || isSilent
      ? NOBODY
      : whoIsTold({ ...finding, related, otherKeyIds, stage }, options.lists);
  return {
    ...finding,
    recipients: told.map(({ address, reason }) => ({ address, reason })),
    notTold: skipped,
    muted,
    cleanUp: cleanUpOf(finding, now),
    connections: appId === null ? [] : options.connectionsOf(kept.tenantId, appId),
  };
}

const NOBODY: WhoIsTold = { told: [], skipped: [] };
