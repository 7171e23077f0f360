import type { DirectoryObject } from './directory-object.ts';

/** A JSON object, before anything is known about it. */
export type JsonObject = Record<string, unknown>;

/** What an item of an exported list is, seen from its members. */
export type ItemKind =
  | 'directoryObject'
  | 'credential'
  /** In the recycle bin: cannot sign anybody in, so it is left out. */
  | 'deleted'
  | 'person'
  | 'group'
  | 'other';

/** A JSON object with its members under Graph's names, whatever their case or age. */
export interface FoldedItem {
  members: JsonObject;
  /** PowerShell's SDK wrote it: there null means "not read", because nothing was asked for that member. */
  fromSdk: boolean;
}

/** Finds members by Graph's names in Graph, PowerShell (PascalCase), AAD Graph and manifest spelling. */
export function foldItem(raw: JsonObject): FoldedItem {
  const members: JsonObject = {};
  let fromSdk = false;
  for (const key of Object.keys(raw)) {
    if (key === 'AdditionalProperties') fromSdk = true;
    const name = GRAPH_NAMES.get(key.toLowerCase());
    if (name !== undefined) members[name] ??= raw[key];
  }
  return { members, fromSdk };
}

/** Which kind of item this is. `typeHint` is what the list's context says its items are. */
export function itemKind(members: JsonObject, typeHint: DirectoryObject['type']): ItemKind {
  if (isSet(members['deletedDateTime'])) return 'deleted';
  if (hasAny(members, CREDENTIAL_ARRAYS)) return 'directoryObject';
  const odataType = odataTypeOf(members);
  if (odataType.endsWith('group')) return 'group';
  if (odataType.endsWith('user') || hasAny(members, ['userPrincipalName', 'mail'])) return 'person';
  if (isCredential(members)) return 'credential';
  const isDirectoryObject =
    typeHint !== 'unknown' ||
    hasAny(members, OBJECT_MEMBERS) ||
    /application$|serviceprincipal$|agentidentity/.test(odataType);
  return isDirectoryObject ? 'directoryObject' : 'other';
}

/** application or servicePrincipal, by what the item says itself, else by its members, else by its list. */
export function itemType(
  members: JsonObject,
  typeHint: DirectoryObject['type'],
): DirectoryObject['type'] {
  const odataType = odataTypeOf(members);
  if (/serviceprincipal$|agentidentity(?:blueprintprincipal)?$/.test(odataType)) {
    return 'servicePrincipal';
  }
  if (/application$|agentidentityblueprint$/.test(odataType)) return 'application';
  if (typeHint !== 'unknown') return typeHint;
  return hasAny(members, SERVICE_PRINCIPAL_MEMBERS) ? 'servicePrincipal' : 'application';
}

/** What a list's `@odata.context` (or AAD Graph's `odata.metadata`) says about its items. */
export function typeOfContext(context: unknown): DirectoryObject['type'] {
  if (typeof context !== 'string') return 'unknown';
  if (/\$metadata#applications\b/i.test(context)) return 'application';
  return /\$metadata#servicePrincipals\b/i.test(context) ? 'servicePrincipal' : 'unknown';
}

/** True for a JSON object: neither null nor an array. */
export function isJsonObject(raw: unknown): raw is JsonObject {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

const CREDENTIAL_ARRAYS = ['passwordCredentials', 'keyCredentials'];
const SERVICE_PRINCIPAL_MEMBERS = [
  'servicePrincipalType',
  'servicePrincipalNames',
  'appOwnerOrganizationId',
  'accountEnabled',
  'appDisplayName',
];
const OBJECT_MEMBERS = [
  'appId',
  'signInAudience',
  'requiredResourceAccess',
  ...SERVICE_PRINCIPAL_MEMBERS.slice(0, 3),
];

const GRAPH_NAMES = new Map<string, string>(
  [
    'id appId displayName passwordCredentials keyCredentials deletedDateTime objectType name',
    'servicePrincipalType servicePrincipalNames appOwnerOrganizationId accountEnabled appDisplayName',
    'web spa publicClient replyUrls replyUrlsWithType requiredResourceAccess signInAudience tags notes',
    'owners preferredTokenSigningKeyThumbprint notificationEmailAddresses mail userPrincipalName',
    '@odata.type odata.type keyId hint customKeyIdentifier type usage startDateTime endDateTime',
    'secretText isFromApplication',
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => [name.toLowerCase(), name]),
);
/** Azure AD Graph and the portal's older manifests; `applicationId` is Az.Resources' word for appId. */
for (const [older, name] of [
  ['objectid', 'id'],
  ['applicationid', 'appId'],
  ['deletiontimestamp', 'deletedDateTime'],
  ['appownertenantid', 'appOwnerOrganizationId'],
  ['startdate', 'startDateTime'],
  ['enddate', 'endDateTime'],
] as const) {
  GRAPH_NAMES.set(older, name);
}

function isCredential(members: JsonObject): boolean {
  if (isSet(members['secretText'])) return true;
  return isSet(members['keyId']) && hasAny(members, ['endDateTime', 'startDateTime', 'hint']);
}

function odataTypeOf(members: JsonObject): string {
  const type = members['@odata.type'] ?? members['odata.type'] ?? members['objectType'];
  return typeof type === 'string' ? type.toLowerCase() : '';
}

function hasAny(members: JsonObject, names: string[]): boolean {
  return names.some((name) => members[name] !== undefined);
}

function isSet(member: unknown): boolean {
  return member !== undefined && member !== null;
}
