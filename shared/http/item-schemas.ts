import { z } from 'zod';
import { isAddress } from '../alerts/address.ts';
import { readIsoInstant } from '../credentials/instant.ts';
import { manualItemSchema } from '../credentials/manual-item.ts';
import { plainLine } from '../plain-line.ts';

const MAX_STEPS = 10;
const MAX_STEP = 300;
const MAX_ADDRESSES = 20;
const MAX_PLACES = 20;

const address = z.string().trim().refine(isAddress, 'Give one mail address.');

const FIRST_YEAR = 2000;
const NEVER_YEAR = 2199;

/** An instant with its zone, or a day, which begins and so ends it at 00:00 UTC. */
const instant = z.string().transform((text, context) => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isZoned = /(?:Z|[+-]\d{2}:\d{2})$/i.test(text);
  const date = isDay || isZoned ? readIsoInstant(text) : null;
  const year = date?.getUTCFullYear() ?? 0;
  if (date !== null && year >= FIRST_YEAR && year < NEVER_YEAR) return date.toISOString();
  context.addIssue('Give a day, such as 2027-01-31, or an instant, such as 2027-01-31T09:00:00Z.');
  return z.NEVER;
});

const once = (one: z.ZodType<string, string>, max: number) =>
  z
    .array(one)
    .max(max, `Give ${max} at most.`)
    .transform((all) => [...new Set(all)])
    .default([]);

/** What an id of an item looks like: it stands in a URL. */
export const ITEM_ID = /^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/;

/** What `PUT /api/items/{id}` takes. There is no member for the secret itself, and an unknown one is refused. */
export const itemBody = z
  .strictObject({
    name: plainLine(120),
    kind: plainLine(60).nullable().default(null),
    startsAt: instant.nullable().default(null),
    expiresAt: instant,
    owner: address.nullable().default(null),
    notify: once(address, MAX_ADDRESSES),
    usedBy: once(plainLine(120), MAX_PLACES),
    steps: z.array(plainLine(MAX_STEP)).max(MAX_STEPS, `Give ${MAX_STEPS} at most.`).default([]),
    /** From an answer: ignored. */
    id: z.unknown().optional(),
    etag: z.unknown().optional(),
  })
  .superRefine(({ startsAt, expiresAt }, context) => {
    if (startsAt === null || startsAt < expiresAt) return;
    context.addIssue({ code: 'custom', path: ['startsAt'], message: 'It begins before it ends.' });
  });

export type ItemBody = z.output<typeof itemBody>;

export const itemAnswer = z.strictObject({
  ...manualItemSchema.shape,
  /** Send it in If-Match to replace or remove this version. */
  etag: z.string(),
});

export const itemsAnswer = z.strictObject({ items: z.array(itemAnswer) });
