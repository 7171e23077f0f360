import { z } from 'zod';
import { connectionSchema, type Connection } from '../connections/connection.ts';
import {
  connectionStatusSchema,
  signedInSchema,
  type ConnectionState,
} from '../connections/connection-status.ts';

const signedInAnswer = signedInSchema.pick({
  tenantId: true,
  objectId: true,
  displayName: true,
  at: true,
});

const { kind, grantType, credential, company, consumers } = connectionSchema.shape;
const { status, endsBecause, worksUntil } = connectionStatusSchema.shape;

/** A connection as the API shows it (design §5): everything but where its secrets lie. */
export const connectionAnswer = z.strictObject({
  id: z.string(),
  displayName: z.string(),
  kind,
  grantType,
  tenantId: z.string().nullable(),
  appTenantId: z.string().nullable(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  credential,
  serviceUrl: z.string().nullable(),
  company,
  /** `oauth2` only. */
  issuer: z.string().nullable().optional(),
  endpoints: z.strictObject({ authorization: z.string().nullable(), token: z.string() }).optional(),
  refreshTokens: z.enum(['reusable', 'rotating']).optional(),
  consumers,
  owners: z.array(z.string()),
  allowedCallers: z.array(z.string()),
  status,
  statusReason: z.string().nullable(),
  nextAction: z.string().nullable(),
  worksUntil,
  endsBecause,
  authorizedBy: signedInAnswer.nullable(),
  /** Who waits for an administrator's word; only with `pendingApproval`. */
  awaitingApproval: signedInAnswer.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ConnectionAnswer = z.output<typeof connectionAnswer>;

export const connectionsAnswer = z.strictObject({ connections: z.array(connectionAnswer) });

/** What DELETE says: nothing is left, or until when the vault lets somebody bring it back. */
export const removedAnswer = z.strictObject({
  removed: z.literal(true),
  recoverableUntil: z.iso.datetime().nullable(),
  /** True where something could not be removed at once; Keyturn goes on by itself. */
  unfinished: z.boolean(),
});

export function toConnectionAnswer(
  connection: Connection,
  state: ConnectionState | null,
): ConnectionAnswer {
  const { instance: _instance, secrets: _secrets, oauth2: _oauth2, ...shown } = connection;
  return { ...shown, ...providerOf(connection), ...statusOf(connection, state) };
}

function providerOf({ oauth2 }: Connection): Partial<ConnectionAnswer> {
  if (oauth2 === null) return {};
  const { issuer, authorizationEndpoint, tokenEndpoint, refreshTokens } = oauth2;
  return {
    issuer,
    ...(issuer === null
      ? { endpoints: { authorization: authorizationEndpoint, token: tokenEndpoint } }
      : {}),
    refreshTokens,
  };
}

function statusOf(connection: Connection, state: ConnectionState | null) {
  const pending = {
    status: 'pending' as const,
    statusReason: null,
    nextAction:
      connection.grantType === 'authorizationCode' ? 'Somebody has to sign in.' : 'Test it.',
    worksUntil: null,
    endsBecause: null,
    authorizedBy: null,
    awaitingApproval: null,
  };
  if (state === null) return pending;
  if (state.status === 'pending') {
    const { statusReason } = state;
    return { ...pending, statusReason, nextAction: state.nextAction ?? pending.nextAction };
  }
  const { status, statusReason, nextAction, worksUntil, endsBecause } = state;
  return {
    status,
    statusReason,
    nextAction,
    worksUntil,
    endsBecause,
    authorizedBy: toSignedIn(state.authorizedBy),
    awaitingApproval: toSignedIn(state.awaitingApproval),
  };
}

function toSignedIn(by: ConnectionState['authorizedBy']): ConnectionAnswer['authorizedBy'] {
  if (by === null) return null;
  const { tenantId, objectId, displayName, at } = by;
  return { tenantId, objectId, displayName, at };
}
