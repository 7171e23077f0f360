import { z } from 'zod';

/** Longer than any token: what is not one gets the same answer as one that is over. */
const token = z.string().max(200);
const until = z.iso.date('Give a day as YYYY-MM-DD.');

/** The body of `POST /api/act`: without `choice`, or with `look`, it only asks. */
export const actBody = z.discriminatedUnion('choice', [
  z.strictObject({ token, choice: z.literal('look').default('look') }),
  z.strictObject({ token, choice: z.literal('promise'), until }),
  z.strictObject({ token, choice: z.literal('snooze'), until }),
]);

const choiceAnswer = z.strictObject({
  choice: z.enum(['promise', 'snooze']),
  label: z.string(),
  says: z.string(),
  until: z.strictObject({ min: z.iso.date(), max: z.iso.date() }).nullable(),
});

export const actAnswer = z.strictObject({
  finding: z.strictObject({
    id: z.string(),
    tenantId: z.string(),
    tenantName: z.string().nullable(),
    /** What stops, when, and what of it ends, in words. */
    title: z.string(),
    when: z.string(),
    what: z.string(),
    expiresAt: z.string().nullable(),
    closedAt: z.string().nullable(),
  }),
  /** Whom the link was sent to. */
  for: z.string(),
  choices: z.array(choiceAnswer),
  /** What was said about it so far, oldest first, a sentence each. */
  said: z.array(z.string()),
});

export type ActAnswer = z.output<typeof actAnswer>;
