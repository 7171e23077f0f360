import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { callerOf, type Caller } from './access-tokens.ts';
import {
  apiCompany,
  companiesOf,
  odataCompany,
  type Company,
} from './business-central-companies.ts';
import { businessCentral as resource } from './seed-apis.ts';
import { findByAppId } from './directory.ts';
import { directoryOf } from './tenants.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

interface Deps {
  world: World;
  signer: TokenSigner;
}

/**
 * Business Central online as far as finding a company needs it: API v2.0 `companies` and the OData web service
 * `Company` ("Endpoints for the APIs for Dynamics 365 Business Central", "OData web services").
 */
export function businessCentral(deps: Deps): Hono {
  const app = new Hono();
  app.all('*', async (c) => {
    const url = new URL(c.req.url);
    const place = placeOf(url);
    if (place === undefined) return refused(404, 'BadRequest_NotFound', 'Not Found.');
    const caller = await callerOf(c.req.header('authorization') ?? null, AUDIENCES, deps);
    const access = typeof caller === 'string' ? 'none' : accessOf(caller, place, deps.world);
    if (access === 'none') return unauthorized();
    const companies = companiesOf(place.environment);
    if (companies === undefined) {
      return refused(404, 'NoEnvironment', 'Environment does not exist.');
    }
    if (c.req.method !== 'GET') {
      return refused(
        405,
        'BadRequest_MethodNotAllowed',
        `'${c.req.method}' requests are not supported.`,
      );
    }
    return companyAnswer(place, access === 'noPermissions' ? [] : companies);
  });
  return app;
}

const AUDIENCES = ['https://api.businesscentral.dynamics.com', resource.resourceAppId];

interface Place {
  /** Up to and including the service's own segment. */
  base: string;
  /** Null where the address leaves it to the token. */
  tenant: string | null;
  environment: string;
  service: 'api' | 'odata';
  /** What follows the service's own segment. */
  rest: string;
}

/** The grammar of "API endpoint structure"; the tenant may be left out. */
function placeOf({ origin, pathname }: URL): Place | undefined {
  const path = decoded(pathname);
  const match = /^(\/v2\.0\/(?:([^/]+)\/)?([^/]+)\/(api\/v2\.0|ODataV4))(?:\/(.*?))?\/?$/i.exec(
    path,
  );
  if (match === null) return undefined;
  const [, base = '', tenant = null, environment = '', service = '', rest = ''] = match;
  const isApi = service.toLowerCase().startsWith('api');
  return { base: `${origin}${base}`, tenant, environment, service: isApi ? 'api' : 'odata', rest };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A person has what Business Central gives them; a program needs its card and an app role ("Using Service-to-Service authentication"). */
function accessOf(
  caller: Caller,
  { tenant }: Place,
  world: World,
): 'full' | 'noPermissions' | 'none' {
  const directory = directoryOf(world, caller.tenantId);
  if (directory === undefined) return 'none';
  if (tenant !== null && directoryOf(world, tenant) !== directory) return 'none';
  if (caller.scopes.length > 0) {
    const isKnown = directory.users.indexOf(caller.objectId) >= 0;
    return isKnown ? (directory.accessOf(caller.objectId).businessCentral ?? 'full') : 'none';
  }
  const application = findByAppId(directory.applications, caller.appId);
  if (application === undefined || !caller.roles.includes('API.ReadWrite.All')) return 'none';
  return directory.accessOf(application.id).businessCentral ?? 'none';
}

function companyAnswer({ base, service, rest }: Place, companies: Company[]): Response {
  const [entity, shape] =
    service === 'api' ? (['companies', apiCompany] as const) : (['Company', odataCompany] as const);
  const context = `${base}/$metadata`;
  if (rest === '') {
    const value = [{ name: entity, kind: 'EntitySet', url: entity }];
    return Response.json({ '@odata.context': context, value });
  }
  if (rest.toLowerCase() === entity.toLowerCase()) {
    const value = companies.map(shape);
    return Response.json({ '@odata.context': `${context}#${entity}`, value });
  }
  const one = companies.find((company) => keysOf(entity, company).includes(rest));
  if (one !== undefined) {
    return Response.json({ '@odata.context': `${context}#${entity}/$entity`, ...shape(one) });
  }
  const [segment = ''] = rest.split(/[/(]/, 1);
  return refused(
    404,
    'BadRequest_ResourceNotFound',
    `Resource not found for the segment '${segment}'.`,
  );
}

function keysOf(entity: string, { id, name }: Company): string[] {
  const quoted = name.replaceAll("'", "''");
  return [`${entity}(${id})`, `${entity}('${quoted}')`, `${entity}(Id=${id})`];
}

function unauthorized(): Response {
  const text = 'The server has rejected the client credentials.';
  const answer = refused(401, 'Authentication_InvalidCredentials', text);
  answer.headers.set(
    'www-authenticate',
    'Bearer authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
  );
  return answer;
}

/** "Error codes": the message ends with a correlation id, with two spaces before and after its name. */
function refused(status: number, code: string, text: string): Response {
  const message = `${text}  CorrelationId:  ${randomUUID()}.`;
  return Response.json({ error: { code, message } }, { status });
}
