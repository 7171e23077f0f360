import type { WalkedCredential } from '../shared/checks/walk.ts';

/** A finding with the members of the contract (design §7), in its order; instants as ISO 8601 with Z. */
export function findingJson(finding: WalkedCredential) {
  return {
    id: finding.id,
    status: finding.status,
    daysLeft: finding.daysLeft,
    startsAt: finding.startsAt?.toISOString() ?? null,
    expiresAt: finding.expiresAt?.toISOString() ?? null,
    type: finding.type,
    keyId: finding.keyId,
    name: finding.name,
    hint: finding.hint,
    thumbprint: finding.thumbprint,
    holder: finding.holder,
    supersededBy: finding.supersededBy,
    supersession: finding.supersession,
    selfRenewing: finding.selfRenewing,
    likelyConsumers: finding.likelyConsumers,
    owners: finding.owners ?? [],
  };
}
