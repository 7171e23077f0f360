import type { JWTPayload } from 'jose';
import { appOnlyClaims, withoutSlash } from './access-tokens.ts';
import { graphAudiences, graphRoleNames, microsoftResources } from './clouds.ts';
import { findByAppId, type Directory, type GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

interface Deps {
  world: World;
  signer: TokenSigner;
  directory: Directory;
}

/**
 * RFC 6749 §4.4 as Entra does it: the client's secret is one of the directory's own passwordCredentials, the scope
 * is a resource with `/.default`, and the roles are those of the application's `requiredResourceAccess` (taken as
 * consented). Throws EntraFault.
 */
export async function issueForClient(
  form: URLSearchParams,
  authorization: string | undefined,
  deps: Deps,
): Promise<Record<string, unknown>> {
  const grantType = form.get('grant_type');
  if (grantType !== 'client_credentials') {
    throw entraFault(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
  const client = clientOf(form, authorization);
  const application = applicationOf(client.id, deps.directory);
  checkSecret(application, client, deps);
  const claims = claimsFor(application, resourceOf(form.get('scope'), deps.directory), deps);
  return {
    token_type: 'Bearer',
    expires_in: TOKEN_SECONDS,
    ext_expires_in: TOKEN_SECONDS,
    access_token: await deps.signer.sign(claims),
  };
}

const TOKEN_SECONDS = 3599;

interface Client {
  id: string;
  secret: string | null;
}

/** RFC 6749 §2.3.1: credentials in the body or form-encoded in a Basic header. */
function clientOf(form: URLSearchParams, authorization: string | undefined): Client {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(':')) };
  }
  const id = form.get('client_id');
  if (id !== null && id !== '') return { id, secret: form.get('client_secret') };
  throw entraFault(
    90014,
    "The required field 'client_id' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  );
}

function applicationOf(clientId: string, directory: Directory): GraphObject {
  const application = findByAppId(directory.applications, clientId);
  if (application !== undefined) return application;
  throw entraFault(
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${directory.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

/** Application and servicePrincipal may both hold secrets; either authenticates the client. */
function checkSecret(application: GraphObject, client: Client, { directory, world }: Deps): void {
  if (client.secret === null || client.secret === '') {
    throw entraFault(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  const principal = findByAppId(directory.servicePrincipals, client.id);
  const matching = [...secretsOf(application), ...secretsOf(principal)].filter(
    ({ keyId }) => directory.secretOf(String(keyId)) === client.secret,
  );
  if (matching.length === 0) {
    throw entraFault(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.id}'.`,
    );
  }
  const now = world.now().getTime();
  if (!matching.some(({ endDateTime }) => Date.parse(String(endDateTime)) > now)) {
    throw entraFault(
      7000222,
      `The provided client secret keys for app '${client.id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    );
  }
}

function secretsOf(holder: GraphObject | undefined): Record<string, unknown>[] {
  const secrets = holder?.['passwordCredentials'];
  return Array.isArray(secrets) ? (secrets as Record<string, unknown>[]) : [];
}

interface Resource {
  /** As it stands in the scope, without `/.default`. */
  name: string;
  /** The application that it belongs to, null for a service of Microsoft. */
  application: GraphObject | null;
}

function resourceOf(scope: string | null, directory: Directory): Resource {
  const name = /^(\S+)\/\.default$/.exec(scope ?? '')?.[1];
  if (name === undefined) {
    throw entraFault(
      1002012,
      `The provided value for scope ${scope ?? ''} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  if (microsoftResources.has(withoutSlash(name))) return { name, application: null };
  const application = findResource(name, directory);
  if (application !== undefined) return { name, application };
  throw entraFault(
    500011,
    `The resource principal named ${name} was not found in the tenant named ${directory.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
}

function findResource(name: string, { applications }: Directory): GraphObject | undefined {
  const byId = findByAppId(applications, name.replace(/^api:\/\//, ''));
  if (byId !== undefined) return byId;
  for (let index = 0; index < applications.length; index += 1) {
    const uris = applications.at(index)['identifierUris'];
    if (Array.isArray(uris) && uris.includes(name)) return applications.at(index);
  }
  return undefined;
}

function claimsFor(application: GraphObject, resource: Resource, deps: Deps): JWTPayload {
  const appId = String(application['appId']);
  const { tenantId, servicePrincipals } = deps.directory;
  const principal = findByAppId(servicePrincipals, appId);
  const roles = rolesOf(application, resource);
  const subject = { tenantId, appId, objectId: principal?.id ?? application.id, roles };
  const life = { now: deps.world.now(), seconds: TOKEN_SECONDS };
  const claims = { ...appOnlyClaims(subject, resource.name, life), appidacr: '1' };
  return wantsVersion2(resource) ? version2(claims, resource) : claims;
}

function wantsVersion2({ application }: Resource): boolean {
  const api = application?.['api'] as { requestedAccessTokenVersion?: number } | undefined;
  return api?.requestedAccessTokenVersion === 2;
}

/** Version 2.0 names issuer and client differently, and has `idtyp` only as an optional claim. */
function version2(claims: JWTPayload, { application }: Resource): JWTPayload {
  const { appid, appidacr, idp: _idp, idtyp, ...rest } = claims;
  const optional = JSON.stringify(application?.['optionalClaims'] ?? null);
  return {
    ...rest,
    aud: String(application?.['appId']),
    iss: `https://login.microsoftonline.com/${String(claims['tid'])}/v2.0`,
    azp: appid,
    azpacr: appidacr,
    ...(optional.includes('"idtyp"') ? { idtyp } : {}),
    ver: '2.0',
  };
}

interface ResourceAccess {
  resourceAppId: string;
  resourceAccess: { id: string; type: string }[];
}

/** Names of the app roles that the application asks for and its tenant is taken to have consented to. */
function rolesOf(application: GraphObject, resource: Resource): string[] {
  const isGraph = graphAudiences.includes(withoutSlash(resource.name));
  const resourceAppId = isGraph ? graphAudiences.at(-1) : resource.application?.['appId'];
  const wanted = (application['requiredResourceAccess'] ?? []) as ResourceAccess[];
  const ids = wanted
    .filter((access) => access.resourceAppId === resourceAppId)
    .flatMap((access) => access.resourceAccess.filter(({ type }) => type === 'Role'))
    .map(({ id }) => id);
  if (isGraph) return ids.map((id) => graphRoleNames[id]).filter((name) => name !== undefined);
  const appRoles = (resource.application?.['appRoles'] ?? []) as { id: string; value: string }[];
  return appRoles.filter(({ id }) => ids.includes(id)).map(({ value }) => value);
}
