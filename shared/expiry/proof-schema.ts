import { z } from 'zod';
import type { Proof } from './proof.ts';

/** The proof and the replacement as they are kept with a finding and shown. */
export const proofSchema = z.object({
  by: z.enum(['connections', 'signIns', 'consumers']).nullable(),
  oldSeenAt: z.string().nullable(),
  newSeenAt: z.string().nullable(),
  saidAt: z.string().nullable(),
  saidBy: z.string().nullable(),
  stillUsed: z.boolean(),
  unproven: z.array(z.string()),
}) satisfies z.ZodType<Proof>;

export const replacementSchema = z.object({
  keyId: z.string().nullable(),
  /** Hostile text, as every name. */
  name: z.string(),
  hint: z.string().nullable(),
  startsAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
