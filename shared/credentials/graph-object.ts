import type { DirectoryObject, Owner, RawCredential } from './directory-object.ts';
import { readIsoInstant } from './instant.ts';
import { ownerAddress } from './owner-address.ts';

type Json = Record<string, unknown>;

/**
 * One application or servicePrincipal as Graph's v1.0 JSON names its members (Microsoft Learn: "application resource
 * type", "servicePrincipal resource type"). Takes over what Keyturn works with and nothing else: `secretText` and `key`
 * stay behind. A credential array that is absent or null becomes null: it was not read. Returns the problem, in words,
 * for what is no object or holds credentials that are no objects.
 */
export function readGraphObject(
  raw: unknown,
  type: DirectoryObject['type'],
): DirectoryObject | { problem: string } {
  if (!isObject(raw)) return { problem: 'it is not a JSON object' };
  const passwordCredentials = readCredentials(raw['passwordCredentials']);
  const keyCredentials = readCredentials(raw['keyCredentials']);
  if (passwordCredentials === 'malformed') return { problem: malformed('passwordCredentials') };
  if (keyCredentials === 'malformed') return { problem: malformed('keyCredentials') };
  return {
    type,
    objectId: textOf(raw['id']),
    appId: textOf(raw['appId']),
    displayName: textOf(raw['displayName']),
    passwordCredentials,
    keyCredentials,
    redirectUris: redirectUrisOf(raw),
    requiredResourceAppIds: resourceAppIdsOf(raw['requiredResourceAccess']),
    tags: textsOf(raw['tags']),
    notes: textOf(raw['notes']),
    servicePrincipalType: textOf(raw['servicePrincipalType']),
    appOwnerOrganizationId: textOf(raw['appOwnerOrganizationId']),
    preferredTokenSigningKeyThumbprint: textOf(raw['preferredTokenSigningKeyThumbprint']),
    notificationEmailAddresses: textsOf(raw['notificationEmailAddresses']),
    owners: Array.isArray(raw['owners'])
      ? raw['owners'].filter(isObject).map(readGraphOwner)
      : null,
  };
}

/**
 * An owner as Graph lists it. Without the right to read the member's type Graph answers 200 with the id alone
 * (Microsoft Learn: "Limited information returned for inaccessible member objects"): then `address` is null and
 * nothing is known about the person.
 */
export function readGraphOwner(raw: Record<string, unknown>): Owner {
  const doubt = doubtOf(textOf(raw['mail']), textOf(raw['userPrincipalName']));
  return {
    ...(doubt === null ? {} : { doubt }),
    id: textOf(raw['id']),
    type: ownerTypeOf(raw),
    displayName: textOf(raw['displayName']),
    address: ownerAddress(textOf(raw['mail']), textOf(raw['userPrincipalName'])),
    accountEnabled: typeof raw['accountEnabled'] === 'boolean' ? raw['accountEnabled'] : null,
  };
}

function doubtOf(mail: string | null, userPrincipalName: string | null) {
  if (userPrincipalName === null || ownerAddress(mail, null) !== null) return null;
  return ownerAddress(null, userPrincipalName) === null ? 'guestWithoutMail' : 'signInNameOnly';
}

function ownerTypeOf(raw: Json): Owner['type'] {
  switch (textOf(raw['@odata.type'])?.toLowerCase() ?? '') {
    case '#microsoft.graph.user':
      return 'user';
    case '#microsoft.graph.serviceprincipal':
      return 'servicePrincipal';
    case '#microsoft.graph.group':
      return 'group';
    default:
      return typeof raw['userPrincipalName'] === 'string' ? 'user' : 'unknown';
  }
}

function readCredentials(raw: unknown): RawCredential[] | null | 'malformed' {
  if (raw === undefined || raw === null) return null;
  if (!Array.isArray(raw)) return 'malformed';
  const credentials: RawCredential[] = [];
  for (const item of raw) {
    if (!isObject(item)) return 'malformed';
    credentials.push(readCredential(item));
  }
  return credentials;
}

function readCredential(raw: Json): RawCredential {
  return {
    keyId: textOf(raw['keyId']),
    displayName: textOf(raw['displayName']),
    customKeyIdentifier: textOf(raw['customKeyIdentifier']),
    hint: textOf(raw['hint']),
    startsAt: instantOf(raw['startDateTime']),
    expiresAt: instantOf(raw['endDateTime']),
    keyType: textOf(raw['type']),
    usage: textOf(raw['usage']),
  };
}

function instantOf(raw: unknown): Date | null {
  return typeof raw === 'string' ? readIsoInstant(raw) : null;
}

function redirectUrisOf(raw: Json): string[] {
  return [
    ...textsOf(memberOf(raw['web'], 'redirectUris')),
    ...textsOf(memberOf(raw['spa'], 'redirectUris')),
    ...textsOf(memberOf(raw['publicClient'], 'redirectUris')),
    ...textsOf(raw['replyUrls']),
  ];
}

function resourceAppIdsOf(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return textsOf(raw.map((access) => memberOf(access, 'resourceAppId')));
}

function memberOf(raw: unknown, name: string): unknown {
  return isObject(raw) ? raw[name] : undefined;
}

function textsOf(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.filter((item) => typeof item === 'string') : [];
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' ? raw : null;
}

function isObject(raw: unknown): raw is Json {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function malformed(member: string): string {
  return `its ${member} are not a list of credentials`;
}
