import type { JWTPayload } from 'jose';
import { appOnlyClaims } from './access-tokens.ts';
import { findByAppId, type GraphObject } from './directory.ts';
import type { Client, TokenDeps } from './entra-clients.ts';
import { entraFault } from './entra-error.ts';
import { findResource, type Resource } from './entra-resources.ts';
import { registeredIds } from './entra-scopes.ts';
import { asVersion2, wantsVersion2 } from './entra-version-2.ts';

/**
 * RFC 6749 §4.4 as Entra does it: the scope is a resource with `/.default`, and the roles are those of the
 * application's `requiredResourceAccess`, taken as consented in its own tenant and where somebody wrote down its service
 * principal; elsewhere those that an administrator agreed to. Throws EntraFault.
 */
export async function issueForClient(
  form: URLSearchParams,
  client: Client,
  deps: TokenDeps,
): Promise<Record<string, unknown>> {
  const claims = claimsFor(client, resourceOf(form.get('scope'), deps), deps);
  return {
    token_type: 'Bearer',
    expires_in: TOKEN_SECONDS,
    ext_expires_in: TOKEN_SECONDS,
    access_token: await deps.signer.sign(claims),
  };
}

const TOKEN_SECONDS = 3599;

function resourceOf(scope: string | null, { directory }: TokenDeps): Resource {
  const name = /^(\S+)\/\.default$/.exec(scope ?? '')?.[1];
  if (name !== undefined) return findResource(name, directory);
  throw entraFault(
    1002012,
    `The provided value for scope ${scope ?? ''} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  );
}

function registeredRoles(application: GraphObject, resource: Resource): string[] {
  const ids = registeredIds(application, resource.appId, 'Role');
  return resource.roles.filter(({ id }) => ids.includes(id)).map(({ value }) => value);
}

function claimsFor(client: Client, resource: Resource, deps: TokenDeps): JWTPayload {
  const { application, appId, proof } = client;
  const { tenantId, servicePrincipals } = deps.directory;
  const principal = findByAppId(servicePrincipals, appId);
  const place = { tenantId, clientId: appId, resourceAppId: resource.appId };
  const isAtHome = client.homeTenantId === tenantId || principal !== undefined;
  const roles = isAtHome
    ? registeredRoles(application, resource)
    : deps.world.entra.consents.rolesFor(place);
  const subject = { tenantId, appId, objectId: principal?.id ?? application.id, roles };
  const life = { now: deps.world.now(), seconds: TOKEN_SECONDS };
  const claims = { ...appOnlyClaims(subject, resource.name, life), appidacr: proof };
  return wantsVersion2(resource) ? asVersion2(claims, resource) : claims;
}
