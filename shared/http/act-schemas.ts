import { z } from 'zod';
import { CHOICES } from '../alerts/act-choices.ts';
import { displayText } from '../display-text.ts';

/** Longer than any token: what is not one gets the same answer as one that is over. */
const token = z.string().max(200);
const until = z.iso.date('Give a day as YYYY-MM-DD.');
/** People's words, kept as one clean line. */
const words = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => displayText(text, max))
    .refine((text) => text !== '', 'Say it in words.');

/** The body of `POST /api/act`: without `choice`, or with `look`, it only asks. */
export const actBody = z.discriminatedUnion('choice', [
  z.strictObject({ token, choice: z.literal('look').default('look') }),
  z.strictObject({
    token,
    choice: z.literal('entered'),
    /** Ids of places that were offered. */
    places: z.array(z.string().max(200)).max(50).optional(),
    /** Another one, in words. */
    place: words(80).optional(),
  }),
  z.strictObject({ token, choice: z.literal('promise'), until }),
  z.strictObject({ token, choice: z.literal('passOn'), to: z.string().max(320) }),
  z.strictObject({ token, choice: z.literal('askAdmin'), because: words(500) }),
  z.strictObject({ token, choice: z.literal('snooze'), until }),
  // With a connect link.
  z.strictObject({ token, choice: z.literal('signIn') }),
  z.strictObject({ token, choice: z.literal('adminConsent') }),
]);

const choiceAnswer = z.strictObject({
  choice: z.enum(CHOICES),
  label: z.string(),
  says: z.string(),
  until: z.strictObject({ min: z.iso.date(), max: z.iso.date() }).optional(),
  places: z.array(z.strictObject({ id: z.string(), name: z.string() })).optional(),
  /** True where no other place may be named. */
  onlyThese: z.literal(true).optional(),
  domains: z.array(z.string()).optional(),
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
