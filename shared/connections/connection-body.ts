import { z } from 'zod';
import { plainLine } from '../plain-line.ts';

export const guidOrDomain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^([\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[a-z\d][a-z\d-]*(\.[a-z\d][a-z\d-]*)+)$/,
    'Give the id of the tenant (a GUID) or one of its domains; “common” and “organizations” name no tenant.',
  );
const plainText = plainLine(120);
const mailAddress = z.email('Give one mail address.');
const httpsUrl = z
  .url({ protocol: /^https$/, error: 'Give an https URL.' })
  .max(500)
  .refine((text) => !hasPassword(text), 'An address here has no user name and no password.');
const scope = z
  .string()
  // RFC 6749 §3.3.
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/, 'A scope has no spaces, quotes or backslashes.');

function hasPassword(text: string): boolean {
  const { username, password } = URL.canParse(text)
    ? new URL(text)
    : { username: '', password: '' };
  return username !== '' || password !== '';
}

const SECRET_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Arrives byte for byte: nothing is trimmed, since a secret may begin or end with anything. */
export const clientSecret = z
  .string()
  .min(1, 'The secret is empty.')
  .max(4_000, 'No client secret is that long.')
  .refine(
    (value) => !SECRET_ID.test(value.trim()),
    'This is the Secret ID. Enter the Value, which the portal shows only when the secret is created.',
  );

export const certificate = z.strictObject({
  privateKey: z
    .string()
    .max(20_000)
    .regex(/^-----BEGIN PRIVATE KEY-----/, 'Give the key as PEM, PKCS #8, without a password.'),
  certificate: z
    .string()
    .max(20_000)
    .regex(/^-----BEGIN CERTIFICATE-----/, 'Give the certificate as PEM.'),
});

const oauth2Endpoints = z.strictObject({
  authorization: httpsUrl.nullable().default(null),
  token: httpsUrl,
});

const anything = z.unknown().optional();
/** What answers have beside it. */
const ignored = {
  id: anything,
  status: anything,
  statusReason: anything,
  nextAction: anything,
  worksUntil: anything,
  endsBecause: anything,
  authorizedBy: anything,
  awaitingApproval: anything,
  createdAt: anything,
  updatedAt: anything,
};

/**
 * What an administrator sends for a connection (design §5). Members that only Keyturn writes may be sent back and are
 * ignored. `clientSecret` and `certificate` go straight to the vault and are never given out.
 */
export const connectionBody = z.strictObject({
  displayName: plainText,
  kind: z.enum(['businessCentral', 'dataverse', 'oauth2']),
  grantType: z.enum(['authorizationCode', 'clientCredentials']).default('authorizationCode'),
  tenantId: guidOrDomain.nullable().optional(),
  appTenantId: guidOrDomain.nullable().optional(),
  clientId: z.string().trim().min(1).max(200),
  scopes: z.array(scope).min(1).max(20).optional(),
  credential: z
    .object({ type: z.enum(['secret', 'certificate', 'federated']) })
    .default({ type: 'secret' }),
  clientSecret: clientSecret.optional(),
  certificate: certificate.optional(),
  serviceUrl: z.string().max(500).nullable().optional(),
  company: z
    .strictObject({ id: z.string().max(100).nullable().default(null), name: plainText })
    .nullable()
    .default(null),
  issuer: httpsUrl.nullable().optional(),
  endpoints: oauth2Endpoints.nullable().optional(),
  refreshTokens: z.enum(['reusable', 'rotating']).optional(),
  consumers: z
    .array(
      z.strictObject({
        system: plainText,
        name: plainText,
        contact: mailAddress.nullable().default(null),
      }),
    )
    .max(50)
    .default([]),
  owners: z.array(mailAddress).max(20).default([]),
  allowedCallers: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(
          /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\/(app|oid)\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
          'Write {tenant id}/app/{application id} or {tenant id}/oid/{object id}.',
        ),
    )
    .max(100)
    .default([]),
  ...ignored,
});

export type ConnectionBody = z.output<typeof connectionBody>;
