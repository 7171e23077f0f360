import { z } from 'zod';
import {
  credentialTypeSchema,
  keptCertificateSchema,
  holderSchema,
  likelyConsumerSchema,
  ownerSchema,
  recordedConsumerSchema,
} from '../credentials/credential-schema.ts';
import { policySchema } from '../expiry/policy-schema.ts';
import { proofSchema, replacementSchema } from '../expiry/proof-schema.ts';
import { skippedSchema } from '../alerts/skipped.ts';
import { statusSchema, supersessionSchema } from '../expiry/status-schema.ts';
import { KEY_NAME } from './key-ring.ts';

const instant = z.iso.datetime();
const guid = z.guid().transform((text) => text.toLowerCase());

/** What routes take. They check requests, and describe them in the API document. */
export const createKeyBody = z.strictObject({
  role: z.enum(['admin', 'reader']),
  name: z
    .string()
    .regex(KEY_NAME, 'Use 1 to 40 lower-case letters, digits and hyphens, no hyphen at an end.'),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'Give a whole number.')
    .transform(Number)
    .refine((n) => n >= from && n <= to, `Give a number from ${from} to ${to}.`);

export const findingsQuery = z.strictObject({
  tenantId: guid.optional(),
  status: statusSchema.optional(),
  withinDays: wholeNumber(0, 36_500).optional(),
  format: z.enum(['json', 'csv', 'ics']).default('json'),
  limit: wholeNumber(1, 1_000).optional(),
  /** From `nextLink`: opaque. */
  after: z
    .string()
    .regex(/^[\w-]{1,2000}$/)
    .optional(),
});

export type FindingsQuery = z.output<typeof findingsQuery>;

export const runsQuery = z.strictObject({ limit: wholeNumber(1, 500).optional() });

/** What routes answer. A test checks real answers against these. */
export const keyAnswer = z.strictObject({ name: z.string(), key: z.string(), expiresAt: instant });

export const keysAnswer = z.strictObject({
  keys: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(['admin', 'reader']),
      createdAt: instant,
      expiresAt: instant,
    }),
  ),
});

const alertMode = z.enum(['preview', 'operations', 'live'], 'Use preview, operations or live.');

export const switchAlertsBody = z.strictObject({ mode: alertMode });

export const alertsAnswer = z.strictObject({
  mode: alertMode,
  /** `setting`: KEYTURN_ALERTS decides; `api`: an admin switched it since. */
  source: z.enum(['setting', 'api']),
  switchedAt: instant.nullable(),
  switchedBy: z.string().nullable(),
});

export const startedAnswer = z.strictObject({
  runs: z.array(z.strictObject({ runId: z.string(), tenantId: z.string() })),
});

export const runAnswer = z.strictObject({
  runId: z.string(),
  tenantId: z.string(),
  status: z.enum(['queued', 'running', 'complete', 'partial', 'failed']),
  reasons: z.array(z.string()),
  counts: z.record(z.string(), z.number()).nullable(),
  coverage: z.record(z.string(), z.object({ read: z.number(), complete: z.boolean() })),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
});

export const runsAnswer = z.strictObject({ runs: z.array(runAnswer) });

const findingAnswer = z.strictObject({
  id: z.string(),
  tenantId: z.string(),
  status: statusSchema,
  daysLeft: z.number().nullable(),
  stage: z.number().nullable(),
  startsAt: instant.nullable(),
  expiresAt: instant.nullable(),
  type: credentialTypeSchema,
  keyId: z.string().nullable(),
  name: z.string(),
  hint: z.string().nullable(),
  thumbprint: z.string().nullable(),
  holder: holderSchema.strict(),
  supersededBy: z.string().nullable(),
  supersession: supersessionSchema,
  replacement: replacementSchema.strict().nullable(),
  /** How far it is proven that the replacement is in use. */
  proof: proofSchema.strict().nullable(),
  /** Until when the application works as a whole, with another secret or certificate if need be. */
  effectiveEndsAt: instant.nullable(),
  /** What its owners' policy silences at present; the fallback list is told in the last day all the same. */
  muted: z
    .strictObject({ because: z.string(), until: z.string(), who: z.string().nullable() })
    .nullable(),
  /** Why it may be deleted; null where it may not. */
  cleanUp: z.strictObject({ because: z.string(), words: z.string() }).nullable(),
  selfRenewing: z.string().nullable(),
  /** SAML signing certificates: whether it is the one that signs. */
  isActive: z.boolean().nullable(),
  renewalFailed: z.boolean(),
  /** What the owners of its holder wrote in tags and notes; null when nothing. */
  policy: policySchema.strict().nullable(),
  likelyConsumers: z.array(likelyConsumerSchema.strict()),
  owners: z.array(ownerSchema.strict()),
  /** The watched vault that has this certificate of an application too. */
  keptIn: keptCertificateSchema.strict().nullable(),
  /** What an operator wrote that must be done. */
  steps: z.array(z.string()),
  /** Who would be told now, and why. */
  recipients: z.array(z.strictObject({ address: z.string(), reason: z.string() })),
  /** Who was thought of and would not be told, and why. */
  notTold: z.array(skippedSchema.strict()),
  consumers: z.array(recordedConsumerSchema.strict()),
  connections: z.array(z.strictObject({ id: z.string(), displayName: z.string() })),
  firstSeenAt: instant,
  lastSeenAt: instant,
});

export type FindingAnswer = z.output<typeof findingAnswer>;

export const findingsAnswer = z.strictObject({
  asOf: instant,
  findings: z.array(findingAnswer),
  nextLink: z.url().nullable(),
});

const fault = z.strictObject({ name: z.string(), fault: z.string(), fix: z.string() });

export const testAlertBody = z.strictObject({ channel: z.enum(['mail', 'teams', 'webhook']) });

export const testAlertAnswer = z.strictObject({
  channel: z.string(),
  status: z
    .enum(['accepted', 'throttled', 'failed', 'refused', 'off'])
    .describe('accepted: the service took it, which is not yet delivered.'),
  detail: z.string(),
  sentTo: z.array(z.string()),
});

export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'starting', 'late', 'neverSucceeded', 'misconfigured', 'unknown']),
  lastSuccess: instant.nullable(),
  /** While settings are wrong. */
  faults: z.array(fault).optional(),
  /** For readers and administrators only. */
  details: z
    .strictObject({
      tenants: z.array(z.strictObject({ tenantId: z.string(), lastSuccess: instant.nullable() })),
      channels: z.array(
        z.strictObject({
          channel: z.string(),
          state: z.enum(['on', 'off']),
          lastSuccess: instant.nullable().describe('When its service last took a message.'),
          lastFailure: instant.nullable(),
          because: z.string().nullable().describe('What was wrong at the last failure.'),
          warning: z.string().nullable(),
          waiting: z.number(),
          sent: z.number(),
          gaveUp: z.number(),
          lastSentAt: instant.nullable(),
        }),
      ),
      troubles: z.array(
        z.strictObject({
          tenantId: z.string(),
          kind: z.string(),
          since: instant,
          reasons: z.array(z.string()),
        }),
      ),
      alerts: z.string(),
      runs: z.array(runAnswer),
    })
    .optional(),
});

export const problemAnswer = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  correlationId: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  faults: z.array(fault).optional(),
});
