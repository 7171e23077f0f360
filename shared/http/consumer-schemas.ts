import { z } from 'zod';
import { isAddress } from '../alerts/address.ts';
import { recordedConsumerSchema } from '../credentials/credential-schema.ts';
import { plainLine } from '../plain-line.ts';

const guid = z.guid().transform((text) => text.toLowerCase());

const plainText = plainLine(120);

const instant = z.iso
  .datetime({ offset: true, error: 'Give an instant, such as 2026-11-25T09:00:00Z.' })
  .transform((text) => new Date(text).toISOString());

export const consumersQuery = z.strictObject({
  tenantId: guid.optional(),
  appId: guid.optional(),
});

/** What an id of a consumer looks like: it stands in a URL and in a versioned file. */
export const CONSUMER_ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$/;

/**
 * A place outside Keyturn where a secret of an application has been entered (design §4). Which one it holds is said by
 * `keyId`, or by `enteredAt`, or not at all.
 */
export const consumerBody = z
  .strictObject({
    /** The tenant of the application; the home tenant unless given. */
    tenantId: guid.optional(),
    appId: guid,
    system: plainText,
    name: plainText,
    contact: z.string().trim().refine(isAddress, 'Give one mail address.').nullable().default(null),
    keyId: guid.nullable().default(null),
    enteredAt: instant.nullable().default(null),
    confirmedAt: instant.nullable().default(null),
    confirmedBy: plainText.nullable().default(null),
    /** From an answer: ignored. */
    id: z.unknown().optional(),
    etag: z.unknown().optional(),
  })
  .superRefine(({ keyId, enteredAt, confirmedAt, confirmedBy }, context) => {
    const refuse = (member: string, message: string) =>
      context.addIssue({ code: 'custom', path: [member], message });
    if (keyId !== null && enteredAt !== null)
      refuse('enteredAt', 'Give keyId, where you know which secret it holds, or enteredAt.');
    if (confirmedBy !== null && confirmedAt === null)
      refuse('confirmedBy', 'Say in confirmedAt when it was confirmed.');
  });

export type ConsumerBody = z.output<typeof consumerBody>;

export const consumerAnswer = z.strictObject({
  ...recordedConsumerSchema.shape,
  tenantId: z.string(),
  appId: z.string(),
  /** Send it in If-Match to replace or remove this version. */
  etag: z.string(),
});

export const consumersAnswer = z.strictObject({ consumers: z.array(consumerAnswer) });
