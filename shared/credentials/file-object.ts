import type { DirectoryObject, RawCredential } from './directory-object.ts';
import {
  readFileCredential,
  readFileCredentials,
  type FileCredential,
  type FileCredentials,
} from './file-credential.ts';
import type { DateReader } from './file-dates.ts';
import { foldItem, isJsonObject, itemType, type JsonObject } from './file-item.ts';
import type { ItemReading, Skip } from './file-reading.ts';
import { readGraphObject } from './graph-object.ts';

export interface ObjectContext {
  dates: DateReader;
  /** The members that are null because they were not asked for. */
  unreadMembers: ReadonlySet<string>;
  /** What the list that the item stands in says about its type. */
  type: DirectoryObject['type'];
  /** For messages: the file and the position in it. */
  where: string;
}

/**
 * An application or servicePrincipal of a file, in Graph's, PowerShell's, AAD Graph's or a manifest's spelling. A report
 * that joins both (ObjectId with two members, IsFromApplication on each credential) yields one object for each side.
 */
export function readFileObject(members: JsonObject, context: ObjectContext): ItemReading {
  const passwords = credentialsIn(members, 'passwordCredentials', context);
  const keys = credentialsIn(members, 'keyCredentials', context);
  const skipped: Skip[] = [...passwords.problems, ...keys.problems].map((reason) => ({
    where: whereOf(members, context.where),
    reason,
  }));
  const objects: DirectoryObject[] = [];
  for (const side of sidesOf(members, context.type, [passwords.credentials, keys.credentials])) {
    const base = readGraphObject(graphMembers(members, side.objectId), side.type);
    if ('problem' in base) continue;
    const passwordCredentials = side.of(passwords.credentials);
    objects.push({ ...base, passwordCredentials, keyCredentials: side.of(keys.credentials) });
  }
  return { objects, skipped };
}

/**
 * A credential that stands alone (`az ad app credential list`, an addPassword answer): its holder is unknown, so each
 * list of them becomes one object without a name.
 */
export function readLoneCredentials(
  items: JsonObject[],
  context: Pick<ObjectContext, 'dates' | 'where'>,
): ItemReading {
  const passwordCredentials: RawCredential[] = [];
  const keyCredentials: RawCredential[] = [];
  const skipped: Skip[] = [];
  for (const item of items) {
    const { credential, problems } = readFileCredential(item, context.dates);
    skipped.push(...problems.map((reason) => ({ where: context.where, reason })));
    if (credential === null) continue;
    const isKey = credential.usage !== null || credential.keyType !== null;
    (isKey ? keyCredentials : passwordCredentials).push(credential);
  }
  const base = readGraphObject({}, 'unknown');
  if ('problem' in base) return { objects: [], skipped };
  return { objects: [{ ...base, passwordCredentials, keyCredentials }], skipped };
}

function credentialsIn(members: JsonObject, name: string, context: ObjectContext): FileCredentials {
  const nullMeansUnread = context.unreadMembers.has(name);
  return readFileCredentials(members[name], { dates: context.dates, nullMeansUnread });
}

interface Side {
  type: DirectoryObject['type'];
  objectId: unknown;
  /** The credentials that live on this side. */
  of(credentials: FileCredential[] | null): RawCredential[] | null;
}

function sidesOf(
  members: JsonObject,
  typeHint: DirectoryObject['type'],
  lists: (FileCredential[] | null)[],
): Side[] {
  const id = members['id'];
  if (!isJsonObject(id)) {
    const of = (credentials: FileCredential[] | null) =>
      credentials?.map(({ credential }) => credential) ?? null;
    return [{ type: itemType(members, typeHint), objectId: id, of }];
  }
  const application = sideOf('application', id['Application'] ?? id['application']);
  const hasPrincipals = lists.some(
    (list) => list?.some(({ home }) => home === 'servicePrincipal') ?? false,
  );
  if (!hasPrincipals) return [application];
  const principalId = id['ServicePrincipal'] ?? id['servicePrincipal'];
  return [application, sideOf('servicePrincipal', principalId)];
}

function sideOf(type: 'application' | 'servicePrincipal', objectId: unknown): Side {
  return {
    type,
    objectId,
    of: (credentials) =>
      credentials
        ?.filter(({ home }) => (home ?? 'application') === type)
        .map(({ credential }) => credential) ?? null,
  };
}

function graphMembers(members: JsonObject, objectId: unknown): JsonObject {
  return {
    id: objectId,
    appId: members['appId'],
    displayName: members['displayName'] ?? members['name'],
    replyUrls: redirectUrisOf(members),
    requiredResourceAccess: listOf(members['requiredResourceAccess']).map((access) => ({
      resourceAppId: memberOf(access, 'resourceAppId'),
    })),
    tags: listOf(members['tags']),
    notes: members['notes'],
    servicePrincipalType: members['servicePrincipalType'],
    appOwnerOrganizationId: members['appOwnerOrganizationId'],
    preferredTokenSigningKeyThumbprint: members['preferredTokenSigningKeyThumbprint'],
    notificationEmailAddresses: listOf(members['notificationEmailAddresses']),
    owners: isAbsent(members['owners']) ? null : listOf(members['owners']).map(ownerMembers),
  };
}

function redirectUrisOf(members: JsonObject): unknown[] {
  const platforms = [members['web'], members['spa'], members['publicClient']];
  return [
    ...platforms.flatMap((platform) => listOf(memberOf(platform, 'redirectUris'))),
    ...listOf(members['replyUrls']),
    ...listOf(members['replyUrlsWithType']).map((reply) => memberOf(reply, 'url')),
  ];
}

/** PowerShell's SDK keeps what it knows of an owner in AdditionalProperties; scripts keep an address or an id alone. */
function ownerMembers(raw: unknown): JsonObject {
  if (typeof raw === 'string') return raw.includes('@') ? { mail: raw } : { id: raw };
  if (!isJsonObject(raw)) return {};
  const additional = raw['AdditionalProperties'];
  return {
    ...foldItem(raw).members,
    ...(isJsonObject(additional) ? foldItem(additional).members : {}),
  };
}

function memberOf(raw: unknown, name: string): unknown {
  if (!isJsonObject(raw)) return undefined;
  const pascal = name.slice(0, 1).toUpperCase() + name.slice(1);
  return raw[name] ?? raw[pascal];
}

function listOf(raw: unknown): unknown[] {
  if (isAbsent(raw) || raw === '') return [];
  return Array.isArray(raw) ? raw : [raw];
}

function isAbsent(raw: unknown): boolean {
  return raw === undefined || raw === null;
}

function whereOf(members: JsonObject, where: string): string {
  const name = members['displayName'] ?? members['name'] ?? members['appId'];
  return typeof name === 'string' ? `${where} (${name})` : where;
}
