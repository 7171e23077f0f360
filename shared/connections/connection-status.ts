import { z } from 'zod';

/** Who consented; names are for people, never compared (security rule 12). */
export const signedInSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  tenantId: z.string().nullable(),
  objectId: z.string().nullable(),
  displayName: z.string().nullable(),
  userName: z.string().nullable(),
  at: z.iso.datetime(),
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** How a connection is (design §5), kept apart from what it is. */
export const connectionStatusSchema = z.object({
  status: z.enum([
    'pending',
    'pendingApproval',
    'connected',
    'degraded',
    'appCredentialBroken',
    'reauthorizationRequired',
    'adminActionRequired',
    'misconfigured',
  ]),
  /** In words for people; null while there is nothing to say. */
  statusReason: z.string().nullable(),
  nextAction: z.string().nullable(),
  /** The code behind the reason: `AADSTS7000222`. */
  code: z.string().nullable(),
  since: z.iso.datetime(),
  worksUntil: z.iso.datetime().nullable(),
  endsBecause: z
    .enum(['secretExpires', 'certificateExpires', 'signInExpires', 'signInFrequency', 'userLeaves'])
    .nullable(),
  authorizedBy: signedInSchema.nullable(),
  /** Waits for an admin's word (security rule 12). */
  awaitingApproval: signedInSchema.nullable(),
  /** The generation of the grant's state: tokens that a process remembers of another one are void (rule 8). */
  generation: z.number(),
  /** When the provider last gave a refresh token, and when it was used for the first time after that. */
  refreshTokenAt: z.iso.datetime().nullable(),
  /** Which of its secrets last got a token, by its version in the vault. */
  workingSecret: z.string().nullable().default(null),
  /** AADSTS70043 told how long a sign-in may live by policy, in seconds. */
  signInFrequencySeconds: z.number().nullable(),
});
export type ConnectionState = z.infer<typeof connectionStatusSchema>;

/** A connection that was just made. */
export function newConnectionState(at: Date): ConnectionState {
  return {
    status: 'pending',
    statusReason: null,
    nextAction: null,
    code: null,
    since: at.toISOString(),
    worksUntil: null,
    endsBecause: null,
    authorizedBy: null,
    awaitingApproval: null,
    generation: 0,
    refreshTokenAt: null,
    workingSecret: null,
    signInFrequencySeconds: null,
  };
}
