import type { RecipientLists } from '../alerts/recipients.ts';
import { whoIsToldAt } from '../alerts/who-is-told-at.ts';
import { findingAt, type Finding } from '../checks/finding.ts';
import type { UsingConnection } from '../connections/connection-places.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import { cleanUpOf } from '../expiry/clean-up.ts';
import { muteOf } from '../expiry/mute.ts';
import type { Thresholds } from '../expiry/thresholds.ts';
import type { FindingAnswer } from './schemas.ts';

/** What may differ by tenant. */
export interface AnswerPolicy {
  lists: RecipientLists;
  thresholds: Thresholds;
}

export interface AnswerOptions extends AnswerPolicy {
  now: Date;
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
  const { lists, now, thresholds } = options;
  const open = findingAt(stored, now, thresholds);
  const { closedAt: _, related: __, otherKeyIds: ___, ...kept } = open;
  const { appId } = kept.holder;
  const consumers = appId === null ? [] : options.consumersOf(kept.tenantId, appId);
  const finding = { ...kept, consumers };
  const { stage } = finding;
  const isDue = stage !== null && finding.supersession !== 'replacementInUse';
  const who = isDue ? whoIsToldAt({ ...open, consumers, stage }, lists, now) : null;
  return {
    ...finding,
    recipients: (who?.told ?? []).map(({ address, reason }) => ({ address, reason })),
    notTold: who?.skipped ?? [],
    muted: muteOf(finding.policy, now),
    cleanUp: cleanUpOf(finding, now),
    connections: appId === null ? [] : options.connectionsOf(kept.tenantId, appId),
  };
}
