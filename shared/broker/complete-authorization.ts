import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import {
  newConnectionState,
  type ConnectionState,
  type SignedIn,
} from '../connections/connection-status.ts';
import type {
  AuthorizationRequest,
  AuthorizationResult,
  AuthorizationStore,
} from './authorization-request.ts';
import { resultOfError } from './authorization-error.ts';
import { verifierSealedFor } from './begin-authorization.ts';
import type { BrokerDeps } from './broker-deps.ts';
import type { ConnectLink, ConnectLinks } from './connect-links.ts';
import { deathOf, type Death } from './death-date.ts';
import { holderOf } from './holder-of.ts';
import { noteLinkEnd } from './note-link-end.ts';
import { redeemCode } from './redeem-code.ts';
import { saveGrant } from './save-grant.ts';
import { spendState, type AuthorizationEnd } from './spend-state.ts';
import { open } from './sealing.ts';
import type { SignedInIdentity } from './token-provider.ts';
import { whoSignedIn } from './who-signed-in.ts';

export interface CompleteAuthorizationDeps extends BrokerDeps {
  authorizations: AuthorizationStore;
  connections: ConnectionStore;
  connectLinks: Pick<ConnectLinks, 'end'>;
}

/** What came back from the sign-in page: the fields of the form, or of the query where the provider sends no form. */
export interface CallbackFields {
  /** The address of ours at which it came in. */
  arrivedAt: string;
  state: string | null;
  code: string | null;
  error: string | null;
  errorDescription: string | null;
  /** RFC 9207. */
  issuer: string | null;
}

/** `unknown`: no such state, or not this browser: nothing was changed, and nothing is told. */
export type CallbackOutcome = { status: 'unknown' } | { status: 'expired' } | CallbackEnd;

export interface CallbackEnd {
  status: 'ended';
  result: AuthorizationResult;
  connectionId: string;
  /** The connect link that this has used up; null for a repeat, too. */
  usedLink: Pick<ConnectLink, 'issuedBy'> | null;
}

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
  const { state, arrivedAt } = fields;
  const spend = { state, arrivedAt, purpose: 'signIn', cookies } as const;
  const outcome = await spendState(deps, spend, (request, stateHash) =>
    resultOf(deps, { request, fields, stateHash }),
  );
  if (outcome.status !== 'ended') return outcome;
  const { request, result, isRepeat } = outcome;
  const isUsed = () => result === 'connected' || result === 'pendingApproval';
  const link = isRepeat ? null : await noteLinkEnd(deps, request, { result, isUsed });
  return {
    status: 'ended',
    result,
    connectionId: request.connectionId,
    usedLink: isUsed() ? link : null,
  };
}

interface Answered {
  request: AuthorizationRequest;
  fields: CallbackFields;
  stateHash: string;
}

async function resultOf(
  deps: CompleteAuthorizationDeps,
  answered: Answered,
): Promise<AuthorizationEnd> {
  const { request, fields, stateHash } = answered;
  const nobody = (result: AuthorizationResult): AuthorizationEnd => ({ result, signedIn: null });
  const row = await deps.connections.get(request.connectionId);
  // Deleted, or made anew, while somebody signed in.
  if (row === null || row.value.instance !== request.instance) return nobody('tryAgain');
  const connection = row.value;
  if (fields.error !== null) return refused(deps, connection, resultOfError(fields));
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
  if (!redeemed.ok) return refused(deps, connection, redeemed.result);
  return accept(deps, { connection, request, ...redeemed });
}

/** A connection that never worked says what it waits for; one that works is left as it is. */
async function refused(
  { connections, clock }: CompleteAuthorizationDeps,
  connection: Connection,
  result: AuthorizationResult,
): Promise<AuthorizationEnd> {
  if (result === 'needsConsent') {
    await connections.setState(connection, (state) => {
      const before = state ?? newConnectionState(clock.now());
      return before.status === 'pending' ? { ...before, ...NEEDS_CONSENT } : null;
    });
  }
  return { result, signedIn: null };
}

const NEEDS_CONSENT: Pick<ConnectionState, 'statusReason' | 'nextAction'> = {
  statusReason: 'A sign-in stopped because an administrator of the tenant has not agreed yet.',
  nextAction:
    'Let an administrator of the tenant agree, with a connect link of the purpose adminConsent; then somebody has to sign in.',
};

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

async function accept(
  deps: CompleteAuthorizationDeps,
  redeemed: Redeemed,
): Promise<AuthorizationEnd> {
  const { connection, request, tokens, askedAt, proof } = redeemed;
  const signedIn = signedInOf(tokens.identity, askedAt);
  const nonce = tokens.identity?.nonce ?? null;
  if (nonce !== null && nonce !== request.nonce) return { result: 'tryAgain', signedIn: null };
  if (tokens.refreshToken === null) return { result: 'noRefreshToken', signedIn };
  const who = whoSignedIn({ connection, expected: request.expected, signedIn });
  if (who === 'wrongTenant' || who === 'wrongAccount') return { result: who, signedIn };
  const grantId = Buffer.from(deps.randomBytes(16)).toString('hex');
  const holder = holderOf(connection, 0);
  const isKnown = who === 'expected';
  const consent = { tokens, askedAt, grantId, isApproved: isKnown };
  const generation = await saveGrant(deps, holder, consent);
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
    workingSecret: proof,
    refreshTokenAt: askedAt.toISOString(),
    ...lifeOf(askedAt, state),
  }));
  return { result: isKnown ? 'connected' : 'pendingApproval', signedIn };
}

/** As far as a sign-in alone says it; the keep-alive brings in what else ends. */
function lifeOf(signedInAt: Date, state: ConnectionState | null): Death {
  const signInFrequencySeconds = state?.signInFrequencySeconds ?? null;
  return deathOf({ refreshTokenAt: signedInAt, signedInAt, signInFrequencySeconds });
}

function signedInOf(identity: SignedInIdentity | null, at: Date): SignedIn | null {
  if (identity === null) return null;
  const { issuer, subject, tenantId, objectId, displayName, userName } = identity;
  return { issuer, subject, tenantId, objectId, displayName, userName, at: at.toISOString() };
}
