import { createHash } from 'node:crypto';
import { z } from 'zod';
import { signedInSchema } from '../connections/connection-status.ts';
import type { OpenTable, Row } from '../storage/table.ts';
import { sealedSchema } from './sealing.ts';

/** How a sign-in ended, as the page after it says it. Words, never what the provider wrote. */
export const authorizationResultSchema = z.enum([
  'connected',
  'pendingApproval',
  'declined',
  'needsConsent',
  'consented',
  'needsAdmin',
  'wrongAccount',
  'wrongTenant',
  'noRefreshToken',
  'appCredentialBroken',
  'misconfigured',
  'tryAgain',
]);
export type AuthorizationResult = z.infer<typeof authorizationResultSchema>;

/** Whom an authorization expects: by tenant and object id, or issuer and subject; null where anybody may sign in. */
export const expectedUserSchema = z.object({
  issuer: z.string().nullable(),
  subject: z.string().nullable(),
  tenantId: z.string().nullable(),
  objectId: z.string().nullable(),
});
export type ExpectedUser = z.infer<typeof expectedUserSchema>;

const common = z.object({
  purpose: z.enum(['signIn', 'adminConsent']),
  connectionId: z.string(),
  instance: z.string(),
  /** SHA-256 of the cookie's value: the browser that began is the one that may end it (RFC 9700 §4.7). */
  cookieHash: z.string(),
  redirectUri: z.string(),
  codeVerifier: sealedSchema,
  nonce: z.string(),
  expected: expectedUserSchema.nullable(),
  /** The connect link that it was begun with; null where an administrator began it himself. */
  linkHash: z.string().nullable().default(null),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

/** One round trip to a sign-in page, kept by the SHA-256 of its state. */
const authorizationRequestSchema = z.discriminatedUnion('stage', [
  common.extend({ stage: z.literal('open') }),
  /** Somebody redeems its code now; nobody else may. */
  common.extend({ stage: z.literal('used'), usedAt: z.iso.datetime() }),
  common.extend({
    stage: z.literal('ended'),
    usedAt: z.iso.datetime(),
    result: authorizationResultSchema,
    signedIn: signedInSchema.nullable(),
  }),
]);
export type AuthorizationRequest = z.infer<typeof authorizationRequestSchema>;

/** Security rule 13. A sign-in with several factors takes longer than ten minutes for some (facts, bug 45). */
export const AUTHORIZATION_MINUTES = 30;

export interface AuthorizationStore {
  add(stateHash: string, request: AuthorizationRequest): Promise<boolean>;
  get(stateHash: string): Promise<Row<AuthorizationRequest> | null>;
  /** False when somebody else was faster. */
  replace(current: Row<AuthorizationRequest>, request: AuthorizationRequest): Promise<boolean>;
}

/** Authorization requests over table `authorizations`. */
export function createAuthorizationStore(openTable: OpenTable): AuthorizationStore {
  const table = openTable('authorizations', authorizationRequestSchema);
  return {
    add: (stateHash, request) => table.insert(PARTITION, stateHash, request),
    get: (stateHash) => table.get(PARTITION, stateHash),
    replace: (current, request) => table.replace(current, request),
  };
}

const PARTITION = 'authorizations';

/** SHA-256 in hexadecimal: what is kept of a state and of a cookie. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The name of the cookie that belongs to a state, so that two sign-ins of one browser do not disturb each other. */
export function cookieNameOf(stateHash: string): string {
  return `__Host-kt-${stateHash.slice(0, 8)}`;
}
