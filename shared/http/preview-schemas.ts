import { z } from 'zod';
import { skippedSchema } from '../alerts/skipped.ts';
import { reasonSchema } from '../alerts/reasons.ts';

const instant = z.iso.datetime();
const DEFAULT_DAYS = 90;
const MAX_DAYS = 365;

export const previewQuery = z.strictObject({
  /** A watched tenant; the first one unless given. */
  tenantId: z
    .guid()
    .transform((text) => text.toLowerCase())
    .optional(),
  days: z
    .string()
    .regex(/^\d{1,3}$/, 'Give a whole number.')
    .transform(Number)
    .refine((days) => days >= 1 && days <= MAX_DAYS, `Give a number from 1 to ${MAX_DAYS}.`)
    .default(DEFAULT_DAYS),
});

export const checkRecipientsAnswer = z.strictObject({
  runId: z.string(),
  findings: z.array(
    z.strictObject({
      findingId: z.string(),
      stage: z.number(),
      told: z.array(z.strictObject({ address: z.string(), reason: reasonSchema })),
      skipped: z.array(skippedSchema.strict()),
    }),
  ),
});

export const previewAnswer = z.strictObject({
  asOf: instant,
  tenantId: z.string(),
  /** The others are asked for one by one. */
  watchedTenantIds: z.array(z.string()),
  days: z.number(),
  complete: z.boolean(),
  reasons: z.array(z.string()),
  mails: z.array(
    z.strictObject({
      at: instant,
      address: z.string(),
      /** A tenant's id, or `*` for one mail over all tenants. */
      scope: z.string(),
      items: z.array(
        z.strictObject({
          tenantId: z.string(),
          findingId: z.string(),
          application: z.string().nullable(),
          name: z.string(),
          stage: z.number(),
          expiresAt: z.string().nullable(),
          reason: reasonSchema,
        }),
      ),
    }),
  ),
  ownerless: z.array(
    z.strictObject({ objectId: z.string().nullable(), application: z.string().nullable() }),
  ),
});
