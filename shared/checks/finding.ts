import { z } from 'zod';
import {
  credentialTypeSchema,
  keptCertificateSchema,
  holderSchema,
  likelyConsumerSchema,
  ownerSchema,
  relatedPersonSchema,
  recordedConsumerSchema,
} from '../credentials/credential-schema.ts';
import type { Assessed } from '../expiry/assess.ts';
import { policySchema } from '../expiry/policy-schema.ts';
import { proofSchema, replacementSchema } from '../expiry/proof-schema.ts';
import { statusSchema, supersessionSchema } from '../expiry/status-schema.ts';
import { stageOf } from '../expiry/stage.ts';
import { DAY_MS, daysLeftOf, statusOf } from '../expiry/status.ts';
import { DEFAULT_THRESHOLDS, thresholdDaysOf, type Thresholds } from '../expiry/thresholds.ts';
import type { Replacement } from '../expiry/supersession.ts';
import type { WalkedCredential } from './walk.ts';

/**
 * A credential that needs attention, as it is kept from run to run. Instants are ISO 8601 in UTC. `status`, `daysLeft`
 * and `stage` are of the run that saw it last (`lastSeenAt`); see {@link findingAt} for another instant.
 */
export const findingSchema = z.object({
  tenantId: z.string(),
  id: z.string(),
  type: credentialTypeSchema,
  keyId: z.string().nullable(),
  /** Hostile text: encode per sink. */
  name: z.string(),
  hint: z.string().nullable(),
  thumbprint: z.string().nullable(),
  startsAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  holder: holderSchema,
  status: statusSchema,
  daysLeft: z.number().nullable(),
  stage: z.number().nullable(),
  supersededBy: z.string().nullable(),
  supersession: supersessionSchema,
  /** What takes its place; null when nothing does. */
  replacement: replacementSchema.nullable().default(null),
  /** How far that is proven; null without a replacement. */
  proof: proofSchema.nullable().default(null),
  /** Until when the holder works as a whole, with another credential if need be; null where none is valid. */
  effectiveEndsAt: z.string().nullable().default(null),
  /** The id of the rule that says the platform renews it, or null. */
  selfRenewing: z.string().nullable(),
  /** SAML signing certificates: whether it is the one that signs; null where that is not known. */
  isActive: z.boolean().nullable().default(null),
  /** It should have renewed itself and has not. */
  renewalFailed: z.boolean().default(false),
  /** What the holder's owners ask for in its tags and notes; null when nothing. */
  policy: policySchema.nullable().default(null),
  likelyConsumers: z.array(likelyConsumerSchema),
  /** Every place on record for the holder's application, whichever of its credentials it uses. */
  consumers: z.array(recordedConsumerSchema).default([]),
  /** keyIds, in lower case, of the holder's other credentials that had not ended: a place that holds one minds nothing. */
  otherKeyIds: z.array(z.string()).default([]),
  /** Empty where it has none, and where they could not be read. */
  owners: z.array(ownerSchema),
  /** The watched vault that has this certificate of an application too; null where none has, or none was asked. */
  keptIn: keptCertificateSchema.nullable().default(null),
  /** What an operator wrote that must be done; hostile text. Empty where the usual steps do. */
  steps: z.array(z.string()).default([]),
  /** Who else has to do with it, in the order in which they are thought of; see people.ts. */
  related: z.array(relatedPersonSchema).default([]),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  /** Set by the complete run that no longer saw it; null again when it comes back. */
  closedAt: z.string().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

const REPORTED_DAYS = 60;
const REPORTED = new Set<Assessed['status']>(['expired', 'expiring', 'unknownExpiry']);

/** Whether a credential is kept as a finding: due for a warning, ended, undated, or ending within 60 days. */
export function isFinding({ stage, status, expiresAt }: Assessed, now: Date): boolean {
  if (stage !== null || REPORTED.has(status)) return true;
  if (status === 'neverExpires' || expiresAt === null) return false;
  return expiresAt.getTime() - now.getTime() <= REPORTED_DAYS * DAY_MS;
}

/** What a run found, as it is kept. Owners that the source did not bring are empty. */
export function findingOf(tenantId: string, found: WalkedCredential, seenAt: Date): Finding {
  const at = seenAt.toISOString();
  const { objectId, appId, displayName } = found.holder;
  return {
    tenantId,
    id: found.id,
    type: found.type,
    keyId: found.keyId,
    name: found.name,
    hint: found.hint,
    thumbprint: found.thumbprint,
    startsAt: isoOf(found.startsAt),
    expiresAt: isoOf(found.expiresAt),
    holder: { type: found.holder.type, objectId, appId, displayName },
    status: found.status,
    daysLeft: found.daysLeft,
    stage: found.stage,
    supersededBy: found.supersededBy,
    supersession: found.supersession,
    replacement: replacementOf(found.replacement),
    proof: null,
    effectiveEndsAt: isoOf(found.effectiveEndsAt),
    selfRenewing: found.selfRenewing,
    isActive: found.isActive,
    renewalFailed: found.renewalFailed,
    policy: found.policy,
    likelyConsumers: found.likelyConsumers,
    consumers: [],
    otherKeyIds: found.otherKeyIds,
    owners: found.owners ?? [],
    keptIn: found.keptIn,
    steps: found.steps,
    related: [],
    firstSeenAt: at,
    lastSeenAt: at,
    closedAt: null,
  };
}

/**
 * A kept finding at another instant: time goes on for what a later run could not read. What the platform renews keeps
 * its stage, since only a run can see whether it did, and so does a SAML certificate that was not the active one.
 */
export function findingAt(
  finding: Finding,
  now: Date,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Finding {
  const validity = { startsAt: dateOf(finding.startsAt), expiresAt: dateOf(finding.expiresAt) };
  if (finding.type === 'federatedCredential') return finding;
  const thresholdDays = thresholdDaysOf(finding.type, finding.policy, thresholds);
  return {
    ...finding,
    status: statusOf(validity, now),
    daysLeft: daysLeftOf(validity, now),
    stage: isOnlySeenByRuns(finding) ? finding.stage : stageOf(validity, now, thresholdDays),
  };
}

function replacementOf(replacement: Replacement | null): Finding['replacement'] {
  if (replacement === null) return null;
  const { keyId, name, hint, startsAt, expiresAt } = replacement;
  return { keyId, name, hint, startsAt: isoOf(startsAt), expiresAt: isoOf(expiresAt) };
}

function isOnlySeenByRuns({ selfRenewing, isActive }: Finding): boolean {
  return selfRenewing !== null || isActive === false;
}

function isoOf(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
