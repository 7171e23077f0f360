import { z } from 'zod';

const place = z.object({ id: z.string().nullable(), name: z.string() });

/** A place that uses the connection and that Keyturn does not see: SmartConnect, a pipeline. */
const consumerSchema = z.object({
  system: z.string(),
  name: z.string(),
  contact: z.string().nullable(),
});

/**
 * One integration's way into one API, as its administrator set it up (design §5). What happens to it is kept apart, in
 * connection-status.ts, so that a refresh in the background never stands in the way of an edit.
 */
export const connectionSchema = z.object({
  id: z.string(),
  /** Eight hexadecimal digits, new with each creation: vault names carry it, so a re-created id revives nothing. */
  instance: z.string(),
  displayName: z.string(),
  kind: z.enum(['businessCentral', 'dataverse', 'oauth2']),
  grantType: z.enum(['authorizationCode', 'clientCredentials']),
  /** The tenant that is signed in to, a GUID; null for `oauth2`. */
  tenantId: z.string().nullable(),
  /** The tenant of the application's registration, where its secrets are watched; null where nobody said. */
  appTenantId: z.string().nullable(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  credential: z.object({ type: z.enum(['secret', 'certificate', 'federated']) }),
  /** What the connection was made from; null for `oauth2`. */
  serviceUrl: z.string().nullable(),
  company: place.nullable(),
  /** `oauth2` only: the issuer, whose discovery document was read and pinned when the connection was saved. */
  oauth2: z
    .object({
      issuer: z.string().nullable(),
      authorizationEndpoint: z.string().nullable(),
      tokenEndpoint: z.string(),
      jwksUri: z.string().nullable(),
      /** RFC 9207: the provider says that its answers name it. */
      sendsIssuer: z.boolean(),
      refreshTokens: z.enum(['reusable', 'rotating']),
    })
    .nullable(),
  consumers: z.array(consumerSchema),
  owners: z.array(z.string()),
  /** `{tid}/app/{appId}` or `{tid}/oid/{objectId}`; empty means nobody (security rule 4). */
  allowedCallers: z.array(z.string()),
  /** The proofs of the application in the order in which to try them, newest first: where in the vault they lie. */
  secrets: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      /** The first three characters of a secret's value, as Graph shows them; null for a certificate. */
      hint: z.string().nullable(),
      addedAt: z.iso.datetime(),
    }),
  ),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Connection = z.infer<typeof connectionSchema>;
/** A provider that is not Entra. */
export type Oauth2Provider = NonNullable<Connection['oauth2']>;

/** Ids of connections. `admin` and `reader` are roles of keys (security rule 2). */
export const CONNECTION_ID = /^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/;
export const RESERVED_IDS: readonly string[] = ['admin', 'reader'];

/**
 * What secrets and grants are bound to (security rule 10): when one of these changes, the grant is dropped and the secret
 * has to be entered again. Two connections with the same binding mean the same application at the same API.
 */
export function bindingOf(connection: Connection): string {
  const { grantType, scopes } = connection;
  return JSON.stringify([applicationOf(connection), grantType, [...scopes].sort()]);
}

/** The same for two connections by which one application reaches one API: a secret of one is good for the other. */
export function applicationOf({
  kind,
  tenantId,
  appTenantId,
  clientId,
  serviceUrl,
  oauth2,
}: Connection): string {
  const resource = serviceUrl === null ? null : new URL(serviceUrl).origin;
  const endpoints = [oauth2?.issuer, oauth2?.authorizationEndpoint, oauth2?.tokenEndpoint];
  return JSON.stringify([kind, tenantId, appTenantId, clientId, resource, endpoints]);
}
