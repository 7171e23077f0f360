import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { installation, type IdentityName } from './installation.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** Who calls a service, read from a bearer token of the emulated Entra. */
export interface Caller {
  tenantId: string;
  appId: string;
  objectId: string;
  /** Application permissions on the service that is called. */
  roles: string[];
  /** Delegated permissions: what the application may do in the name of the person `objectId`; empty for app-only tokens. */
  scopes: string[];
  /** The managed identity behind the token, or null for any other application. */
  identity: IdentityName | null;
}

/** Why a token is not good for a service. */
export type TokenFault = 'missing' | 'malformed' | 'badSignature' | 'badAudience' | 'expired';

/**
 * Reads `Authorization: Bearer` for a service that answers to any of `audiences`.
 * Permissions of a managed identity are those of now (design §9), not those of the hour the token was made.
 */
export async function callerOf(
  authorization: string | null,
  audiences: string[],
  deps: { signer: TokenSigner; world: World },
): Promise<Caller | TokenFault> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return 'missing';
  if (token.split('.').length !== 3) return 'malformed';
  const claims = await deps.signer.verify(token);
  if (claims === undefined) return 'badSignature';
  if (!audiences.includes(withoutSlash(String(claims.aud)))) return 'badAudience';
  if ((claims.exp ?? 0) * 1000 <= deps.world.now().getTime()) return 'expired';
  return toCaller(claims, deps.world);
}

/** The claims of an app-only access token (Microsoft Learn, "Access token claims reference", version 1.0). */
export function appOnlyClaims(
  subject: { tenantId: string; appId: string; objectId: string; roles: string[] },
  resource: string,
  life: { now: Date; seconds: number },
): JWTPayload {
  const issuedAt = Math.floor(life.now.getTime() / 1000);
  const issuer = `https://sts.windows.net/${subject.tenantId}/`;
  return {
    aud: resource,
    iss: issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + life.seconds,
    aio: 'local',
    appid: subject.appId,
    appidacr: '2',
    idp: issuer,
    idtyp: 'app',
    oid: subject.objectId,
    ...(subject.roles.length > 0 ? { roles: subject.roles } : {}),
    sub: subject.objectId,
    tid: subject.tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '1.0',
  };
}

/** The same in the shape of version 2.0, for a resource that is named by its own identifier. */
export function inVersion2({ appid, appidacr, idp: _idp, ...claims }: JWTPayload): JWTPayload {
  const iss = `https://${loginHostOf(String(claims['aud']))}/${String(claims['tid'])}/v2.0`;
  return { ...claims, iss, azp: appid, azpacr: appidacr, ver: '2.0' };
}

/** Each cloud's tokens for the exchange are of its own login host ("Configure an application to trust a managed identity"). */
function loginHostOf(audience: string): string {
  if (audience.endsWith('USGov')) return 'login.microsoftonline.us';
  return audience.endsWith('China')
    ? 'login.partner.microsoftonline.cn'
    : 'login.microsoftonline.com';
}

/** A resource identifier with and without its last slash means the same service. */
export function withoutSlash(resource: string): string {
  return resource.replace(/\/+$/, '');
}

function toCaller(claims: JWTPayload, world: World): Caller {
  const appId = String(claims['appid'] ?? claims['azp']);
  const identity = identityOf(appId);
  const tokenRoles = Array.isArray(claims['roles']) ? claims['roles'].map(String) : [];
  return {
    tenantId: String(claims['tid']),
    appId,
    objectId: String(claims['oid']),
    roles: identity === null ? tokenRoles : (world.permissions.get(identity) ?? []),
    scopes: typeof claims['scp'] === 'string' ? claims['scp'].split(' ') : [],
    identity,
  };
}

function identityOf(appId: string): IdentityName | null {
  if (appId === installation.identities.monitor.clientId) return 'monitor';
  if (appId === installation.identities.broker.clientId) return 'broker';
  return null;
}
