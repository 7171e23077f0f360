import { z } from 'zod';
import { sealedSchema } from './sealing.ts';

const instant = z.iso.datetime();

const accessTokenSchema = z.object({
  sealed: sealedSchema,
  scope: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  /** From here on the provider wants it renewed, though it still works (`refresh_in`); null where it did not say. */
  refreshAt: instant.nullable(),
});
export type SealedAccessToken = z.infer<typeof accessTokenSchema>;

/** What was the matter when a token was last asked for and not given; of words for people, no secret. */
const failureSchema = z.object({
  status: z.enum([
    'appCredentialBroken',
    'reauthorizationRequired',
    'adminActionRequired',
    'misconfigured',
    'degraded',
  ]),
  code: z.string().nullable(),
  title: z.string(),
  nextAction: z.string(),
  at: instant,
  /** The provider is left alone until then, unless somebody asks for a try or other secrets came. */
  notBefore: instant,
  /** The proofs that were refused or used, by id. */
  triedProofs: z.array(z.string()),
  /** AADSTS70043 said how long a sign-in may live by policy, in seconds. */
  signInFrequencySeconds: z.number().nullable().default(null),
});
export type GrantFailure = z.infer<typeof failureSchema>;

/**
 * All that instances share about one connection's tokens: a blob, written under its lease and If-Match only (security
 * rule 16). Tokens are sealed; the rest may be read.
 */
export const grantStateSchema = z.object({
  format: z.literal(1),
  /** Moves with a consent, a deletion and a switch of secrets; memory of another generation is void. */
  generation: z.number(),
  /** Names one consent; a refresh that comes home to another consent than it left is not kept. */
  grantId: z.string().nullable(),
  /** False while the account that signed in waits for an administrator's word; written with its grant, so that no crash loses it. */
  isApproved: z.boolean().default(true),
  /** The anchor: which version in Key Vault holds a refresh token of this grant, and since when. */
  pin: z.object({ name: z.string(), version: z.string(), storedAt: instant }).nullable(),
  /** When the person signed in. */
  signedInAt: instant.nullable(),
  refreshToken: sealedSchema.nullable(),
  /** When the provider gave the refresh token; its 90 days begin here. */
  refreshTokenAt: instant.nullable(),
  accessToken: accessTokenSchema.nullable(),
  /** The last forced refresh, for the limit of one a minute. */
  forcedAt: instant.nullable(),
  failure: failureSchema.nullable(),
  /** Proofs that were refused while another one worked, by id: they come last until then. */
  refusedProofs: z.array(z.object({ id: z.string(), until: instant })).default([]),
});
export type GrantState = z.infer<typeof grantStateSchema>;

/** A connection before anybody has signed in. */
export const NO_GRANT: GrantState = {
  format: 1,
  generation: 0,
  grantId: null,
  isApproved: true,
  pin: null,
  signedInAt: null,
  refreshToken: null,
  refreshTokenAt: null,
  accessToken: null,
  forcedAt: null,
  failure: null,
  refusedProofs: [],
};
