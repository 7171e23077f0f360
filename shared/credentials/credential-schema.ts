import { z } from 'zod';
import type { CredentialType, Holder, LikelyConsumer, RecordedConsumer } from './credential.ts';
import type { KeptCertificate } from './kept-certificate.ts';
import type { Owner, RelatedPerson } from './directory-object.ts';

/** The nouns of credential.ts as they are kept and shown; parsed wherever a record comes back from storage. */
export const credentialTypeSchema = z.enum([
  'clientSecret',
  'certificate',
  'samlSigningCertificate',
  'keyVaultSecret',
  'keyVaultCertificate',
  'keyVaultKey',
  'manual',
  'connection',
  'federatedCredential',
]) satisfies z.ZodType<CredentialType>;

export const holderSchema = z.object({
  type: z.enum(['application', 'servicePrincipal', 'vault', 'manual', 'connection', 'unknown']),
  objectId: z.string().nullable(),
  appId: z.string().nullable(),
  displayName: z.string().nullable(),
}) satisfies z.ZodType<Holder>;

export const likelyConsumerSchema = z.object({
  system: z.string(),
  because: z.string(),
}) satisfies z.ZodType<LikelyConsumer>;

export const recordedConsumerSchema = z.object({
  id: z.string(),
  system: z.string(),
  name: z.string(),
  contact: z.string().nullable(),
  keyId: z.string().nullable(),
  enteredAt: z.iso.datetime().nullable(),
  confirmedAt: z.iso.datetime().nullable(),
  confirmedBy: z.string().nullable(),
}) satisfies z.ZodType<RecordedConsumer>;

export const keptCertificateSchema = z.object({
  vault: z.string(),
  name: z.string(),
  renewedAt: z.string().nullable(),
}) satisfies z.ZodType<KeptCertificate>;

export const ownerSchema = z.object({
  id: z.string().nullable(),
  type: z.enum(['user', 'servicePrincipal', 'group', 'unknown']),
  displayName: z.string().nullable(),
  address: z.string().nullable(),
  accountEnabled: z.boolean().nullable(),
  doubt: z.enum(['guestWithoutMail', 'signInNameOnly']).optional(),
}) satisfies z.ZodType<Owner>;

export const relatedPersonSchema = ownerSchema.extend({
  relation: z.enum([
    'ownsOtherHalf',
    'namedByOwner',
    'samlNotification',
    'ownsOwner',
    'managesOwner',
  ]),
  refused: z.literal('foreignDomain').nullable(),
}) satisfies z.ZodType<RelatedPerson>;
