import { z } from 'zod';
import type { Policy } from './policy.ts';

/** The policy as it is kept with a finding and shown. */
export const policySchema = z.object({
  ignoreUntil: z.string().nullable(),
  managedBy: z.object({ who: z.string(), review: z.string() }).nullable(),
  notify: z.array(z.string()),
  thresholdDays: z.array(z.number()).nullable(),
  replaceBy: z.string().nullable(),
  faults: z.array(z.string()),
}) satisfies z.ZodType<Policy>;
