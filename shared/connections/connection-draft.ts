import type { Cloud } from '../clouds.ts';
import { AppError, type ProblemPointer } from '../errors.ts';
import { readBusinessCentralUrl } from './business-central-url.ts';
import type { ConnectionBody } from './connection-body.ts';
import { CONNECTION_ID, RESERVED_IDS, type Connection, type Oauth2Provider } from './connection.ts';
import { readDataverseUrl } from './dataverse-url.ts';

/** A connection as somebody wants it, before it has secrets and dates. */
export type ConnectionDraft = Omit<Connection, 'instance' | 'secrets' | 'createdAt' | 'updatedAt'>;

export interface DraftDeps {
  cloud: Pick<Cloud, 'name' | 'dataverseHost' | 'hasBusinessCentral'>;
  /** The tenant's id for one of its domains; null where there is no such tenant. */
  tenantIdOf: (domain: string) => Promise<string | null>;
  /** The provider's endpoints by its discovery document; null where it has none, or one that must not be trusted. */
  discover: (issuer: string) => Promise<Omit<Oauth2Provider, 'refreshTokens'> | null>;
}

/**
 * Understands what was sent for a connection: tenant and environment from the service URL, scopes from the kind, a
 * domain as its tenant's id. Throws `bad_request` with a pointer to each member that is wrong, and the cure.
 */
export async function connectionDraft(
  deps: DraftDeps,
  id: string,
  body: ConnectionBody,
): Promise<ConnectionDraft> {
  if (!CONNECTION_ID.test(id) || RESERVED_IDS.includes(id))
    throw new AppError(
      'bad_request',
      'The id of a connection has 2 to 40 lower-case letters, digits and hyphens, no hyphen at an end, and is not “admin” or “reader”.',
    );
  const place =
    body.kind === 'oauth2' ? await oauth2Place(deps, body) : await entraPlace(deps, body);
  const { displayName, kind, grantType, clientId, credential, consumers, owners, allowedCallers } =
    body;
  const appTenantId = await tenantOf(deps, body.appTenantId ?? null, '/appTenantId');
  return {
    id,
    displayName,
    kind,
    grantType,
    clientId,
    credential,
    company: body.company,
    consumers,
    owners,
    allowedCallers,
    ...place,
    appTenantId: appTenantId ?? place.tenantId,
  };
}

type Place = Pick<ConnectionDraft, 'tenantId' | 'scopes' | 'serviceUrl' | 'oauth2'>;

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function entraPlace(deps: DraftDeps, body: ConnectionBody): Promise<Place> {
  if (!GUID.test(body.clientId))
    throw wrong('/clientId', 'This is the Application (client) ID of the registration, a GUID.');
  if (body.issuer != null || body.endpoints != null)
    throw wrong('/issuer', 'Only a connection of kind oauth2 names its provider.');
  const service = serviceOf(body, deps.cloud);
  const tenantId = await entraTenant(deps, body, service);
  const scopes = body.scopes ?? [`${service.resource}/.default`];
  // A token is for one resource (Microsoft Learn, "Scopes and permissions"), and this one goes to the service URL only.
  const isOfResource = (scope: string) =>
    scope === 'offline_access' || scope.startsWith(`${service.resource}/`);
  if (!scopes.every(isOfResource))
    throw wrong('/scopes', `Every scope begins with ${service.resource}/ for this kind.`);
  return { tenantId, scopes, serviceUrl: service.url, oauth2: null };
}

async function entraTenant(
  deps: DraftDeps,
  body: ConnectionBody,
  service: Service,
): Promise<string> {
  const fromUrl = await tenantOf(deps, service.tenant, '/serviceUrl');
  const fromBody = await tenantOf(deps, body.tenantId ?? null, '/tenantId');
  const tenantId = fromUrl ?? fromBody;
  if (tenantId === null)
    throw wrong('/tenantId', 'The service URL names no tenant, so give its id or a domain here.');
  if (fromBody === null || fromBody === tenantId) return tenantId;
  throw wrong(
    '/tenantId',
    'The service URL names another tenant. Leave tenantId out, or correct it.',
  );
}

interface Service {
  tenant: string | null;
  resource: string;
  url: string;
}

const BUSINESS_CENTRAL = 'https://api.businesscentral.dynamics.com';

function serviceOf({ kind, serviceUrl }: ConnectionBody, cloud: DraftDeps['cloud']): Service {
  if (serviceUrl == null)
    throw wrong('/serviceUrl', 'Give the service URL, as the connection’s window shows it.');
  if (kind === 'dataverse') {
    const read = readDataverseUrl(serviceUrl);
    if (!read.ok) throw wrong('/serviceUrl', read.detail);
    if (!cloud.dataverseHost.test(behindFirstDot(read.origin)))
      throw wrong(
        '/serviceUrl',
        `This organisation is not in the cloud of this installation (KEYTURN_CLOUD is ${cloud.name}); tokens of one cloud mean nothing in another.`,
      );
    return { tenant: null, resource: read.origin, url: `${read.origin}/` };
  }
  if (!cloud.hasBusinessCentral)
    throw wrong(
      '/kind',
      `Business Central online is not offered in the cloud of this installation (KEYTURN_CLOUD is ${cloud.name}).`,
    );
  const read = readBusinessCentralUrl(serviceUrl);
  if (!read.ok) throw wrong('/serviceUrl', read.detail);
  return { tenant: read.tenant, resource: BUSINESS_CENTRAL, url: read.baseUrl };
}

/** `https://contoso.crm4.dynamics.com`: what stands behind the organisation's own name. */
function behindFirstDot(origin: string): string {
  return origin.slice(origin.indexOf('.') + 1);
}

async function tenantOf(
  { tenantIdOf }: DraftDeps,
  tenant: string | null,
  pointer: string,
): Promise<string | null> {
  if (tenant === null || GUID.test(tenant)) return tenant?.toLowerCase() ?? null;
  const tenantId = await tenantIdOf(tenant);
  if (tenantId === null) throw wrong(pointer, `No tenant has the domain ${tenant}.`);
  return tenantId;
}

async function oauth2Place({ discover }: DraftDeps, body: ConnectionBody): Promise<Place> {
  if (body.scopes === undefined)
    throw wrong('/scopes', 'Name the scopes; with offline_access where the provider wants it.');
  if (body.credential.type !== 'secret')
    // Security rule 11: nobody but Entra gets an assertion of the managed identity.
    throw wrong('/credential/type', 'A connection of kind oauth2 has a secret.');
  const refreshTokens = body.refreshTokens ?? 'rotating';
  const found = body.issuer == null ? endpointsOf(body) : await discover(body.issuer);
  if (found === null)
    throw wrong(
      '/issuer',
      'Its discovery document (…/.well-known/openid-configuration) cannot be read, names another issuer, or endpoints elsewhere. Give the endpoints instead.',
    );
  if (body.grantType === 'authorizationCode' && found.authorizationEndpoint === null)
    throw wrong('/endpoints/authorization', 'Somebody has to sign in, so give the page for it.');
  return {
    tenantId: null,
    scopes: body.scopes,
    serviceUrl: null,
    oauth2: { ...found, refreshTokens },
  };
}

function endpointsOf({ endpoints }: ConnectionBody): Omit<Oauth2Provider, 'refreshTokens'> {
  if (endpoints == null) throw wrong('/issuer', 'Give the issuer, or the endpoints.');
  return {
    issuer: null,
    authorizationEndpoint: endpoints.authorization,
    tokenEndpoint: endpoints.token,
    jwksUri: null,
    sendsIssuer: false,
  };
}

function wrong(pointer: string, detail: string): AppError {
  const errors: ProblemPointer[] = [{ pointer, detail }];
  return new AppError('bad_request', 'The body is not what this route takes; see "errors".', {
    errors,
  });
}
