import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { wantedOf } from './entra-authorize-request.ts';
import { textMember, type GraphObject } from './directory.ts';
import type { Client, TokenDeps } from './entra-clients.ts';
import { consentedValues, isConsented } from './entra-consent.ts';
import { entraFault } from './entra-error.ts';
import type { Resource } from './entra-resources.ts';
import { parseScopes } from './entra-scopes.ts';
import { newSecretText, type Grant } from './entra-state.ts';
import { asVersion2, wantsVersion2 } from './entra-version-2.ts';
import { stableId } from './stable-id.ts';

/** Who gets tokens, and for what. */
export interface UserTokenRequest {
  client: Client;
  user: GraphObject;
  grant: Grant;
  /** As this request asks for them; the grant's own when it asks for none. */
  scopes: string[];
  /** Of the authorize request; null for a refresh. */
  nonce: string | null;
  wantsClientInfo: boolean;
}

/** The token answer for a person: access token, and by scope a refresh token and an id_token. Throws EntraFault. */
export async function issueForUser(
  request: UserTokenRequest,
  deps: TokenDeps,
): Promise<Record<string, unknown>> {
  const { scopes, grant, user } = request;
  const target = targetOf(request, deps);
  const claims = accessClaims(request, target, deps);
  return {
    token_type: 'Bearer',
    scope: grantedScope(target),
    expires_in: TOKEN_SECONDS,
    ext_expires_in: TOKEN_SECONDS,
    access_token: await deps.signer.sign(claims),
    ...(grant.scopes.includes('offline_access') || scopes.includes('offline_access')
      ? { refresh_token: newRefreshToken(grant, deps) }
      : {}),
    ...(scopes.includes('openid')
      ? { id_token: await deps.signer.sign(idClaims(request, deps)) }
      : {}),
    ...(request.wantsClientInfo ? { client_info: clientInfo(user, grant) } : {}),
  };
}

/** Entra takes 60 to 90 minutes at random; this is the mean that it documents. */
const TOKEN_SECONDS = 4500;

interface Target {
  resource: Resource;
  /** Permissions that the access token carries, as its `scp`. */
  values: string[];
  openId: string[];
}

/** One resource for one token: a second one in the request is refused, and of the grant's own the first counts. */
function targetOf({ client, user, scopes, grant }: UserTokenRequest, deps: TokenDeps): Target {
  const isGrantsOwn = scopes === grant.scopes;
  const { openId, resources } = parseScopes(scopes, deps.directory);
  if (resources.length > 1 && !isGrantsOwn) {
    throw entraFault(
      700022,
      'The provided value for the input parameter scope is not valid because it contains more than one resource.',
    );
  }
  const [first] = resources;
  const wanted = wantedOf(scopes, client.application, deps.directory).slice(0, 1);
  const question = { ...deps, request: { clientId: client.appId, wanted } };
  if (first === undefined) return profileTarget(openId, deps);
  if (!isConsented(question, user)) throw notConsented(client);
  const consented = consentedValues(question, first.resource.appId, user.id);
  const asksAll = first.values.includes('.default');
  const values = asksAll ? [...consented] : first.values.filter((value) => consented.has(value));
  return { resource: first.resource, values, openId };
}

/** OpenID scopes alone get a token for the userinfo endpoint, which is Microsoft Graph's. */
function profileTarget(openId: string[], { directory }: TokenDeps): Target {
  const parsed = parseScopes(['https://graph.microsoft.com/.default'], directory);
  const [graph] = parsed.resources;
  if (graph === undefined) throw new Error('Graph is a resource');
  return { resource: graph.resource, values: [], openId };
}

function notConsented({ application }: Client): Error {
  return entraFault(
    65001,
    `The user or administrator has not consented to use the application with ID '${String(application['appId'])}' named '${String(application['displayName'])}'. Send an interactive authorization request for this user and resource.`,
  );
}

/** The `scope` of the answer names permissions with their resource, Graph's without. */
function grantedScope({ resource, values, openId }: Target): string {
  const isGraph = resource.displayName === 'Microsoft Graph';
  const prefix = isGraph ? '' : `${resource.name}/`;
  const shown = openId.filter((word) => word !== 'offline_access' && isGraph);
  return [...values.map((value) => `${prefix}${value}`), ...shown].join(' ');
}

/** Entra gives a new refresh token each time and lets the old one live ("Refresh tokens in the Microsoft identity platform"). */
function newRefreshToken(grant: Grant, { world }: TokenDeps): string {
  const { tenantId, clientId, userId, scopes, authTime } = grant;
  const text = newSecretText('refreshToken');
  const issuedAt = world.now().getTime();
  world.entra.refreshTokens.set(text, {
    tenantId,
    clientId,
    userId,
    scopes,
    authTime,
    issuedAt,
  });
  return text;
}

function clientInfo(user: GraphObject, { tenantId }: Grant): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: tenantId })).toString('base64url');
}

/** "Access token claims reference", version 1.0 unless the API asked for 2.0. */
function accessClaims(
  { client, user }: UserTokenRequest,
  { resource, values, openId }: Target,
  deps: TokenDeps,
): JWTPayload {
  const { tenantId } = deps.directory;
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const name = textMember(user, 'userPrincipalName');
  const isGraph = resource.displayName === 'Microsoft Graph';
  const scp = [...values, ...(isGraph ? openId.filter((word) => word !== 'offline_access') : [])];
  const claims: JWTPayload = {
    aud: resource.name,
    iss: issuer,
    ...lifeOf(deps, TOKEN_SECONDS),
    acr: '1',
    amr: ['pwd'],
    appid: client.appId,
    appidacr: client.proof,
    name: textMember(user, 'displayName') || name,
    oid: user.id,
    scp: scp.join(' '),
    sub: stableId('subject', user.id, resource.appId),
    tid: tenantId,
    unique_name: name,
    upn: name,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '1.0',
  };
  return wantsVersion2(resource) ? asVersion2(claims, resource) : claims;
}

/** "ID token claims reference", version 2.0. */
function idClaims({ client, user, nonce }: UserTokenRequest, deps: TokenDeps): JWTPayload {
  const { tenantId } = deps.directory;
  const name = textMember(user, 'userPrincipalName');
  return {
    aud: client.appId,
    iss: `https://${deps.host}/${tenantId}/v2.0`,
    ...lifeOf(deps, 3600),
    name: textMember(user, 'displayName') || name,
    ...(nonce === null ? {} : { nonce }),
    oid: user.id,
    preferred_username: name,
    sub: stableId('subject', user.id, client.appId),
    tid: tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '2.0',
  };
}

function lifeOf({ world }: TokenDeps, seconds: number): { iat: number; nbf: number; exp: number } {
  const now = Math.floor(world.now().getTime() / 1000);
  return { iat: now, nbf: now, exp: now + seconds };
}
