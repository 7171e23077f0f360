import { z } from 'zod';

const entrySchema = z.object({
  tenantId: z.string(),
  tenantName: z.string().nullable(),
  /** Hostile text, as the words are: names from directories stand in both. */
  name: z.string(),
  /** What the words are about: an end, a last day, the end of a run. */
  at: z.string().nullable(),
  words: z.string(),
});
export type DigestEntry = z.infer<typeof entrySchema>;

const sectionSchema = z.object({
  about: z.enum([
    'ending',
    'ended',
    'silenced',
    'faults',
    'ownerless',
    'cleanUp',
    'coverage',
    'sent',
    'givenUp',
  ]),
  /** Of everything, shown or not. */
  count: z.number(),
  entries: z.array(entrySchema),
});
export type DigestSection = z.infer<typeof sectionSchema>;

/** The week in review, for operations. */
export const digestSchema = z.object({
  kind: z.literal('digest'),
  tenantId: z.string(),
  tenantName: z.null(),
  /** ISO 8601: "2026-W48". */
  week: z.string(),
  sections: z.array(sectionSchema),
});
export type Digest = z.infer<typeof digestSchema>;
