import type { Directory, GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';
import { findResource, type Resource, type ResourceScope } from './entra-resources.ts';

/** A `scope` parameter, understood: what OpenID Connect defines, and permissions by resource in the order of mention. */
export interface RequestedScopes {
  openId: string[];
  resources: { resource: Resource; values: string[] }[];
}

/**
 * Reads a `scope` parameter. A scope is the resource's identifier, a slash and a permission or `.default`
 * ("Scopes and permissions in the Microsoft identity platform"); one without a resource is Microsoft Graph's.
 * Throws EntraFault.
 */
export function parseScopes(scopes: string[], directory: Directory): RequestedScopes {
  const openId = scopes.filter((scope) => OPEN_ID.has(scope));
  const resources: RequestedScopes['resources'] = [];
  for (const scope of scopes) {
    if (OPEN_ID.has(scope)) continue;
    const { name, value } = splitScope(scope);
    const resource = findResource(name, directory);
    const known = resources.find((one) => one.resource.appId === resource.appId);
    if (known === undefined) resources.push({ resource, values: [value] });
    else known.values.push(value);
  }
  for (const { values } of resources) {
    if (values.length > 1 && values.includes('.default')) throw mixedWithDefault(scopes);
  }
  return { openId, resources };
}

/** The words of a `scope` parameter. */
export function scopeWords(scope: string | null): string[] {
  return (scope ?? '').split(/\s+/).filter((word) => word !== '');
}

/**
 * The permissions that a request means: each one that it names, or for `.default` those on the client's registration.
 * Throws EntraFault where the resource or the registration does not have them.
 */
export function wantedPermissions(
  application: GraphObject,
  { resource, values }: { resource: Resource; values: string[] },
): ResourceScope[] {
  if (values.includes('.default')) return registeredPermissions(application, resource);
  return values.map((value) => {
    const scope = resource.scopes.find((one) => one.value === value);
    if (scope !== undefined) return scope;
    throw entraFault(
      650053,
      `The application '${String(application['displayName'])}' asked for scope '${value}' that doesn't exist on the resource '${resource.appId}'. Contact the app vendor.`,
    );
  });
}

const OPEN_ID = new Set(['openid', 'profile', 'email', 'offline_access']);

function splitScope(scope: string): { name: string; value: string } {
  const slash = scope.lastIndexOf('/');
  if (slash < 0) return { name: 'https://graph.microsoft.com', value: scope };
  return { name: scope.slice(0, slash), value: scope.slice(slash + 1) };
}

function mixedWithDefault(scopes: string[]): Error {
  return entraFault(
    70011,
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scopes.join(' ')} is not valid. .default scope can't be combined with resource-specific scopes.`,
  );
}

interface ResourceAccess {
  resourceAppId: string;
  resourceAccess: { id: string; type: string }[];
}

/** Ids of what the registration asks of a resource: delegated permissions (`Scope`) or app roles (`Role`). */
export function registeredIds(
  application: GraphObject,
  resourceAppId: string,
  type: 'Scope' | 'Role',
): string[] {
  const wanted = (application['requiredResourceAccess'] ?? []) as ResourceAccess[];
  return wanted
    .filter((access) => access.resourceAppId === resourceAppId)
    .flatMap((access) => access.resourceAccess.filter((one) => one.type === type))
    .map(({ id }) => id);
}

function registeredPermissions(application: GraphObject, resource: Resource): ResourceScope[] {
  const ids = registeredIds(application, resource.appId, 'Scope');
  const permissions = resource.scopes.filter(({ id }) => ids.includes(id));
  const hasRoles = registeredIds(application, resource.appId, 'Role').length > 0;
  if (permissions.length > 0 || hasRoles) return permissions;
  throw entraFault(
    650057,
    `Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: ${String(application['appId'])}(${String(application['displayName'])}). Resource value from request: ${resource.name}. Resource app ID: ${resource.appId}.`,
  );
}
