import { z } from 'zod';
import {
  credentialTypeSchema,
  keptCertificateSchema,
  holderSchema,
  likelyConsumerSchema,
  recordedConsumerSchema,
} from '../credentials/credential-schema.ts';
import { proofSchema, replacementSchema } from '../expiry/proof-schema.ts';
import { supersessionSchema } from '../expiry/status-schema.ts';
import { actNoteSchema } from './act.ts';
import { reasonSchema } from './reasons.ts';

const toldSchema = z.object({ address: z.string(), reason: reasonSchema });

/**
 * What a message says about one credential. It is kept in the ledger while it waits, so that delivery does not depend
 * on what a later run reads, and is dropped when it was sent. It holds names and dates, never a secret.
 */
export const warningSchema = z.object({
  tenantId: z.string(),
  /** Null where the organization's name may not be read. */
  tenantName: z.string().nullable(),
  findingId: z.string(),
  type: credentialTypeSchema,
  /** Hostile text, like every name here: see mail-names.ts. */
  name: z.string(),
  hint: z.string().nullable(),
  keyId: z.string().nullable().default(null),
  expiresAt: z.string().nullable(),
  stage: z.number(),
  supersession: supersessionSchema,
  /** What takes its place, and how far that is proven. */
  replacement: replacementSchema.nullable().default(null),
  proof: proofSchema.nullable().default(null),
  /** The day by which its owners promised in tags or notes to replace it; null when they did not. */
  promisedFor: z.string().nullable().default(null),
  /** The rule of the platform that should have replaced it in time and did not; null for what people replace. */
  selfRenewing: z.string().nullable(),
  holder: holderSchema,
  /** The watched vault that has this certificate too; null where none has. */
  keptIn: keptCertificateSchema.nullable().default(null),
  /** What an operator wrote that must be done; empty where the usual steps do. */
  steps: z.array(z.string()).default([]),
  /** Who probably uses it. */
  consumers: z.array(likelyConsumerSchema),
  /** The places on record that may hold it. */
  recordedConsumers: z.array(recordedConsumerSchema).default([]),
  owners: z.array(z.string()),
  /** Everybody who is told, this recipient included; in preview and operations mode: who would be. */
  told: z.array(toldSchema),
  /** Why this recipient is told. */
  reason: reasonSchema,
  /** How often it was over and came back: each time is told about, and stands in calendars, anew. */
  episode: z.number().default(0),
  /** What was said about it over links in mails, oldest first. */
  acts: z.array(actNoteSchema).default([]),
});

export const alertItemSchema = z.discriminatedUnion('kind', [
  warningSchema.extend({ kind: z.literal('ends') }),
  /** For operations: this warning did not reach that address, and no further try is made. */
  warningSchema.extend({
    kind: z.literal('undelivered'),
    address: z.string(),
    because: z.string(),
  }),
  /** It is over: nothing is left to do for those who were warned. */
  warningSchema.extend({ kind: z.literal('done'), how: z.enum(['replaced', 'gone', 'renewed']) }),
  /** It was replaced and has ended: does everything still work? */
  warningSchema.extend({ kind: z.literal('recheck') }),
  /** For those who look after Keyturn: somebody who was told cannot do it. */
  warningSchema.extend({
    kind: z.literal('asked'),
    by: z.string(),
    /** In their words: hostile text. */
    because: z.string(),
  }),
  /** For a ticket system: one step in the life of one ticket. */
  warningSchema.extend({
    kind: z.literal('event'),
    event: z.enum(['opened', 'stage', 'resolved']),
    /** The same through the whole life of a secret. */
    dedupKey: z.string(),
    occurredAt: z.iso.datetime(),
  }),
]);

/** What every item about a credential holds, whatever it says about it. */
export type Warning = z.infer<typeof warningSchema>;
export type AlertItem = z.infer<typeof alertItemSchema>;
