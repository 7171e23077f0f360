import type { Finding } from '../checks/finding.ts';
import { placesHolding } from '../credentials/recorded-consumers.ts';
import type { Warning } from './alert-item.ts';
import type { Reason } from './reasons.ts';
import type { Recipient } from './recipients.ts';

/** What a message needs to know of a finding, copied from it: delivery does not depend on what a later run reads. */
export function itemOf(
  finding: Finding & { stage: number; tenantName: string | null },
  told: readonly Recipient[],
  reason: Reason,
): Warning {
  const {
    tenantId,
    tenantName,
    id,
    type,
    name,
    hint,
    keyId,
    expiresAt,
    stage,
    supersession,
    replacement,
    proof,
    selfRenewing,
    holder,
  } = finding;
  const { objectId, appId, displayName } = holder;
  return {
    tenantId,
    tenantName,
    findingId: id,
    type,
    name,
    hint,
    keyId,
    expiresAt,
    stage,
    supersession,
    replacement,
    proof,
    promisedFor: finding.policy?.replaceBy ?? null,
    selfRenewing,
    holder: { type: holder.type, objectId, appId, displayName },
    consumers: finding.likelyConsumers.map(({ system, because }) => ({ system, because })),
    keptIn: finding.keptIn,
    steps: finding.steps,
    // When all of them hold the new one, they are those that held the old one.
    recordedConsumers:
      supersession === 'replacementInUse' ? finding.consumers : placesHolding(finding),
    owners: finding.owners.flatMap((owner) => owner.displayName ?? owner.address ?? []),
    told: told.map(({ address, reason }) => ({ address, reason })),
    reason,
    episode: 0,
    acts: [],
  };
}
