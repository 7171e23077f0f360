import { z } from 'zod';
import { KEY_NAME } from './key-ring.ts';

const instant = z.iso.datetime();

export const approveBody = z.strictObject({
  /** Whom the administrator means, so that nobody else slips in between. */
  objectId: z.guid().toLowerCase().optional(),
});

/** Who is to sign in: nobody in particular means whoever did last time. */
export const authorizeBody = z.strictObject({
  /** `adminConsent`: an administrator of the tenant agrees for everybody; nobody signs in for the connection yet. */
  purpose: z.enum(['signIn', 'adminConsent']).default('signIn'),
  expected: z
    .strictObject({ tenantId: z.guid().toLowerCase(), objectId: z.guid().toLowerCase() })
    .optional(),
  /** The connection is to change hands: an administrator approves whoever signs in. */
  anybody: z.boolean().default(false),
  loginHint: z.string().max(320).optional(),
});

/** The link is shown once. */
export const connectLinkAnswer = z.strictObject({ url: z.url(), expiresAt: instant });

export const authorizeAnswer = z.strictObject({ url: z.url() });

export const connectionKeyBody = z.strictObject({
  name: z
    .string()
    .regex(KEY_NAME, 'Use 1 to 40 lower-case letters, digits and hyphens, no hyphen at an end.'),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const connectionKeysAnswer = z.strictObject({
  keys: z.array(z.strictObject({ name: z.string(), createdAt: instant, expiresAt: instant })),
});

export const tokenAnswerSchema = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
});

export const testAnswer = z.union([
  z.strictObject({
    ok: z.literal(true),
    companies: z.array(
      z.strictObject({ id: z.string().nullable(), name: z.string(), displayName: z.string() }),
    ),
    warnings: z.array(z.string()),
  }),
  z.strictObject({
    ok: z.literal(false),
    status: z.string(),
    code: z.string(),
    detail: z.string(),
    nextAction: z.string().nullable(),
  }),
]);

/** The token itself is for callers. */
/** `unsealed`: held by somebody or failed; taken up within six hours. */
export const sealingKeyAnswer = z.strictObject({ resealed: z.number(), unsealed: z.number() });

export const refreshedAnswer = z.strictObject({
  refreshed: z.literal(true),
  expires_in: z.number(),
  scope: z.string(),
});

/** A merge patch (RFC 7396) of what GET answers; null takes a member away. */
export const patchBody = z.record(z.string(), z.unknown());
