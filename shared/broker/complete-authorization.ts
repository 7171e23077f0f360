import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { newConnectionState, type SignedIn } from '../connections/connection-status.ts';
import type { Row } from '../storage/table.ts';
import {
  cookieNameOf,
  hashOfText,
  type AuthorizationRequest,
  type AuthorizationResult,
  type AuthorizationStore,
} from './authorization-request.ts';
import type { BrokerDeps } from './broker-deps.ts';
import { holderOf } from './holder-of.ts';
import { redeemCode } from './redeem-code.ts';
import { resultOfError } from './authorization-error.ts';
import { saveGrant } from './save-grant.ts';
import { verifierSealedFor } from './start-authorization.ts';
import { open } from './sealing.ts';
import type { SignedInIdentity } from './token-provider.ts';
import { whoSignedIn } from './who-signed-in.ts';

export interface CompleteAuthorizationDeps extends BrokerDeps {
  authorizations: AuthorizationStore;
  connections: ConnectionStore;
}

/** What came back from the sign-in page: the fields of the form, or of the query where the provider sends no form. */
export interface CallbackFields {
  state: string | null;
  code: string | null;
  error: string | null;
  errorDescription: string | null;
  /** RFC 9207. */
  issuer: string | null;
}

/** `unknown`: no such state, or not this browser: nothing was changed, and nothing is told. */
export type CallbackOutcome =
  | { status: 'unknown' }
  | { status: 'expired' }
  | { status: 'ended'; result: AuthorizationResult; connectionId: string };

/**
 * Ends a sign-in. The state is looked at first, then the cookie, before anything else in the answer counts (security rule
 * 13); then the state is used up, so that the code is redeemed once; a repeat is told how it ended. Nothing that goes
 * wrong here changes a connection that works.
 */
export async function completeAuthorization(
  deps: CompleteAuthorizationDeps,
  fields: CallbackFields,
  cookies: (name: string) => string | null,
): Promise<CallbackOutcome> {
  const stateHash = hashOfText(fields.state ?? '');
  const found = fields.state === null ? null : await deps.authorizations.get(stateHash);
  if (found === null) return { status: 'unknown' };
  const cookie = cookies(cookieNameOf(stateHash));
  if (cookie === null || hashOfText(cookie) !== found.value.cookieHash)
    return { status: 'unknown' };
  const { value: request } = found;
  if (request.stage === 'ended') return ended(request, request.result);
  if (request.stage === 'used') return ended(request, 'tryAgain');
  if (new Date(request.expiresAt) <= deps.clock.now()) return { status: 'expired' };
  const usedAt = deps.clock.now().toISOString();
  const used: AuthorizationRequest = { ...request, stage: 'used', usedAt };
  if (!(await deps.authorizations.replace(found, used)))
    return completeAuthorization(deps, fields, cookies);
  const { result, signedIn } = await resultOf(deps, { request, fields, stateHash });
  await noteResult(deps, stateHash, { ...request, stage: 'ended', usedAt, result, signedIn });
  return ended(request, result);
}

function ended(request: AuthorizationRequest, result: AuthorizationResult): CallbackOutcome {
  return { status: 'ended', result, connectionId: request.connectionId };
}

async function noteResult(
  { authorizations }: CompleteAuthorizationDeps,
  stateHash: string,
  request: AuthorizationRequest,
): Promise<void> {
  const current: Row<AuthorizationRequest> | null = await authorizations.get(stateHash);
  if (current !== null) await authorizations.replace(current, request);
}

interface Result {
  result: AuthorizationResult;
  signedIn: SignedIn | null;
}

interface Answered {
  request: AuthorizationRequest;
  fields: CallbackFields;
  stateHash: string;
}

async function resultOf(deps: CompleteAuthorizationDeps, answered: Answered): Promise<Result> {
  const { request, fields, stateHash } = answered;
  const nobody = (result: AuthorizationResult): Result => ({ result, signedIn: null });
  const row = await deps.connections.get(request.connectionId);
  // Deleted, or made anew, while somebody signed in.
  if (row === null || row.value.instance !== request.instance) return nobody('tryAgain');
  const connection = row.value;
  if (fields.error !== null) return nobody(resultOfError(fields));
  if (fields.code === null || isFromElsewhere(connection, fields)) return nobody('tryAgain');
  const key = await deps.sealing.byId(request.codeVerifier.keyId);
  const codeVerifier =
    key === null ? null : open(request.codeVerifier, verifierSealedFor(connection, stateHash), key);
  if (codeVerifier === null) return nobody('tryAgain');
  const { code } = fields;
  const holder = holderOf(connection, 0);
  const redeemed = await redeemCode(deps, holder, {
    code,
    codeVerifier,
    redirectUri: request.redirectUri,
    nonce: request.nonce,
  });
  if (!redeemed.ok) return nobody(redeemed.result);
  return accept(deps, { connection, request, ...redeemed });
}

/** RFC 9207: compared where it is sent, required where the provider says that it sends it. */
function isFromElsewhere({ oauth2 }: Connection, { issuer }: CallbackFields): boolean {
  if (oauth2 === null) return false;
  return issuer === null ? oauth2.sendsIssuer : issuer !== oauth2.issuer;
}

interface Redeemed {
  connection: Connection;
  request: AuthorizationRequest;
  tokens: Parameters<typeof saveGrant>[2]['tokens'];
  askedAt: Date;
  proof: string;
}

async function accept(deps: CompleteAuthorizationDeps, redeemed: Redeemed): Promise<Result> {
  const { connection, request, tokens, askedAt, proof } = redeemed;
  const signedIn = signedInOf(tokens.identity, askedAt);
  const nonce = tokens.identity?.nonce ?? null;
  if (nonce !== null && nonce !== request.nonce) return { result: 'tryAgain', signedIn: null };
  if (tokens.refreshToken === null) return { result: 'noRefreshToken', signedIn };
  const who = whoSignedIn({ connection, expected: request.expected, signedIn });
  if (who === 'wrongTenant' || who === 'wrongAccount') return { result: who, signedIn };
  const grantId = Buffer.from(deps.randomBytes(16)).toString('hex');
  const holder = holderOf(connection, 0);
  const generation = await saveGrant(deps, holder, { tokens, askedAt, proof, grantId });
  const isKnown = who === 'expected';
  await deps.connections.setState(connection, (state) => ({
    ...(state ?? newConnectionState(deps.clock.now())),
    status: isKnown ? 'connected' : 'pendingApproval',
    statusReason: isKnown ? null : 'Somebody signed in for the first time.',
    nextAction: isKnown ? null : 'An administrator has to approve the account that signed in.',
    code: null,
    since: askedAt.toISOString(),
    authorizedBy: isKnown ? signedIn : (state?.authorizedBy ?? null),
    awaitingApproval: isKnown ? null : signedIn,
    generation,
    refreshTokenAt: askedAt.toISOString(),
  }));
  return { result: isKnown ? 'connected' : 'pendingApproval', signedIn };
}

function signedInOf(identity: SignedInIdentity | null, at: Date): SignedIn | null {
  if (identity === null) return null;
  const { issuer, subject, tenantId, objectId, displayName, userName } = identity;
  return { issuer, subject, tenantId, objectId, displayName, userName, at: at.toISOString() };
}
