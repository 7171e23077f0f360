import { randomUUID } from 'node:crypto';
import { withFederated, withObject, withOwner, withoutObject } from './changed-directory.ts';
import type { Directory, GraphObject } from './directory.ts';
import { badRequest, notFound } from './graph-error.ts';
import { applicationNamed, holderOf } from './graph-lists.ts';
import { contextOf } from './graph-objects.ts';
import { requireRight } from './graph-rights.ts';
import {
  applicationShape,
  federatedShape,
  knownMembers,
  servicePrincipalShape,
} from './graph-shapes.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import { principalByAppId } from './standing-principals.ts';
import type { World } from './world.ts';

/**
 * Adds what makes and changes registrations (Microsoft Learn: "Upsert application", "Delete application", "Upsert
 * servicePrincipal", "Upsert federatedIdentityCredential", "Delete federatedIdentityCredential").
 */
export function registrationRoutes(app: GraphApp, world: World): void {
  const save = (directory: Directory) => world.directories.set(directory.tenantId, directory);
  app.patch('/v1.0/applications/by-unique-name/:uniqueName', (c) => upsertApplication(c, save));
  for (const key of [':id', 'by-app-id/:appId']) {
    app.patch(`/v1.0/applications/${key}`, (c) => updateApplication(c, save));
  }
  app.delete('/v1.0/applications/:id', (c) => removeApplication(c, { world, save }));
  app.delete('/v1.0/directory/deletedItems/:id', (c) => purge(c, world));
  app.patch('/v1.0/servicePrincipals/by-app-id/:appId', (c) => upsertPrincipal(c, save));
  for (const key of [':id', 'by-app-id/:appId', 'by-unique-name/:uniqueName']) {
    const base = `/v1.0/applications/${key}/federatedIdentityCredentials`;
    app.patch(`${base}/by-name/:name`, (c) => upsertFederated(c, save));
    app.delete(`${base}/:name`, (c) => removeFederated(c, save));
  }
}

type Save = (directory: Directory) => unknown;

/** The body; throws GraphFault 400 for one that is no object. */
export async function graphBody(c: GraphContext): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>;
  }
  throw badRequest('Unable to read JSON request payload.');
}

/** A new object as its creation answers it. */
export function created(c: GraphContext, path: string, object: Record<string, unknown>): Response {
  return c.json({ '@odata.context': contextOf(c, `${path}/$entity`, null), ...object }, 201);
}

async function upsertApplication(c: GraphContext, save: Save): Promise<Response> {
  requireRight(c, 'writeApplications');
  const directory = c.get('directory');
  const uniqueName = c.req.param('uniqueName') ?? '';
  const body = await checked(c, 'application');
  checkIdentifierUris(body, directory);
  const existing = applicationNamed(directory, uniqueName);
  if (existing !== undefined) {
    save(withObject(directory, 'applications', { ...existing, ...merged(existing, body) }));
    return c.body(null, 204);
  }
  requireCreation(c, uniqueName);
  if (typeof body['displayName'] !== 'string') {
    throw badRequest("Property 'displayName' is required.", 'Request_BadRequest');
  }
  const given = {
    id: randomUUID(),
    appId: randomUUID(),
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    ...body,
    uniqueName,
  };
  const application = applicationShape(given, 0);
  const grown = withObject(directory, 'applications', application);
  save(withOwner(grown, application.id, c.get('caller').objectId));
  return created(c, 'applications', application);
}

/** "Update application". */
async function updateApplication(c: GraphContext, save: Save): Promise<Response> {
  requireRight(c, 'writeApplications');
  const existing = holderOf(c, 'applications');
  const body = await checked(c, 'application');
  checkIdentifierUris(body, c.get('directory'));
  const changed = { ...existing, ...merged(existing, body) };
  save(withObject(c.get('directory'), 'applications', changed));
  return c.body(null, 204);
}

async function checked(
  c: GraphContext,
  type: 'application' | 'servicePrincipal',
): Promise<Record<string, unknown>> {
  const body = await graphBody(c);
  const unknown = Object.keys(body).find((member) => !knownMembers(type).has(member));
  if (unknown !== undefined) {
    throw badRequest(
      `Invalid property '${unknown}' on type 'microsoft.graph.${type}'.`,
      'Request_BadRequest',
    );
  }
  if ('passwordCredentials' in body || 'id' in body || 'appId' in body) {
    throw badRequest('A read-only property cannot be set.', 'Request_BadRequest');
  }
  return body;
}

/** A single-tenant registration may be named by its own id, the tenant's id or a verified domain. */
function checkIdentifierUris(body: Record<string, unknown>, { verifiedDomain }: Directory): void {
  const uris = body['identifierUris'];
  if (!Array.isArray(uris)) return;
  const isFit = (uri: string) =>
    /^api:\/\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(\/|$)/.test(uri) ||
    uri.startsWith(`https://${verifiedDomain}/`);
  if (uris.every((uri) => typeof uri === 'string' && isFit(uri))) return;
  throw badRequest(
    'Values of identifierUris property must use a verified domain of the organization or its subdomain: see https://aka.ms/identifier-uri-formatting-error',
    'HostNameNotOnVerifiedDomain',
  );
}

/** Members of a complex type that are not named stay ("Update application": PATCH). */
function merged(existing: GraphObject, body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([member, value]) => {
      const before = existing[member];
      return [member, isRecord(value) && isRecord(before) ? { ...before, ...value } : value];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requireCreation(c: GraphContext, name: string): void {
  if (c.req.header('prefer')?.includes('create-if-missing') !== true) throw notFound(name);
}

function removeApplication(
  c: GraphContext,
  { world, save }: { world: World; save: Save },
): Response {
  requireRight(c, 'writeApplications');
  const directory = c.get('directory');
  const application = holderOf(c, 'applications');
  const principal = principalByAppId(directory, String(application['appId']));
  const rest = withoutObject(directory, 'applications', application.id);
  world.deletedItems.add(application.id);
  // The registration's own enterprise application goes with it.
  save(principal === undefined ? rest : withoutObject(rest, 'servicePrincipals', principal.id));
  return c.body(null, 204);
}

/** What was deleted is kept for 30 days ("Delete permanently: directory object"). */
function purge(c: GraphContext, { deletedItems }: World): Response {
  requireRight(c, 'writeApplications');
  const id = c.req.param('id') ?? '';
  if (!deletedItems.delete(id)) throw notFound(id);
  return c.body(null, 204);
}

async function upsertPrincipal(c: GraphContext, save: Save): Promise<Response> {
  requireRight(c, 'writeApplications');
  const directory = c.get('directory');
  const appId = c.req.param('appId') ?? '';
  const body = await checked(c, 'servicePrincipal');
  const existing = principalByAppId(directory, appId);
  if (existing !== undefined) {
    save(withObject(directory, 'servicePrincipals', { ...existing, ...merged(existing, body) }));
    return c.body(null, 204);
  }
  requireCreation(c, appId);
  const index = directory.applications.indexOfAppId(appId);
  if (index < 0) {
    throw badRequest(
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
      'Request_BadRequest',
    );
  }
  const { displayName, appRoles } = directory.applications.at(index);
  const given = { displayName, appRoles, appOwnerOrganizationId: directory.tenantId };
  const principal = servicePrincipalShape({ id: randomUUID(), ...given, ...body, appId }, 0);
  save(withObject(directory, 'servicePrincipals', principal));
  return created(c, 'servicePrincipals', principal);
}

const MAX_FEDERATED = 20;

async function upsertFederated(c: GraphContext, save: Save): Promise<Response> {
  requireRight(c, 'writeApplications');
  const application = holderOf(c, 'applications');
  const name = c.req.param('name') ?? '';
  const members = await federatedMembers(c);
  const before = c.get('directory').federatedOf(application.id);
  const existing = before.find((one) => one['name'] === name);
  const others = before.filter((one) => one !== existing);
  if (existing === undefined) requireCreation(c, name);
  refuseOneMore(members, others);
  const trusted = federatedShape({ id: existing?.id ?? randomUUID(), name, ...members }, 0);
  save(withFederated(c.get('directory'), application.id, [...others, trusted]));
  if (existing !== undefined) return c.body(null, 204);
  return created(c, `applications('${application.id}')/federatedIdentityCredentials`, trusted);
}

async function federatedMembers(c: GraphContext) {
  const { issuer, subject, audiences, description = null } = await graphBody(c);
  if (typeof issuer === 'string' && typeof subject === 'string' && isOne(audiences)) {
    return { issuer, subject, audiences, description };
  }
  throw badRequest('issuer, subject and one audience are required.', 'Request_BadRequest');
}

function refuseOneMore(
  { issuer, subject }: { issuer: string; subject: string },
  others: readonly GraphObject[],
): void {
  if (others.some((one) => one['issuer'] === issuer && one['subject'] === subject)) {
    throw badRequest(
      'FederatedIdentityCredential with the same issuer and subject already exists.',
      'Request_MultipleObjectsWithSameKeyValue',
    );
  }
  if (others.length < MAX_FEDERATED) return;
  throw badRequest(
    'The directory object quota limit has been exceeded.',
    'Directory_QuotaExceeded',
  );
}

function isOne(audiences: unknown): boolean {
  return Array.isArray(audiences) && audiences.length === 1 && typeof audiences[0] === 'string';
}

function removeFederated(c: GraphContext, save: Save): Response {
  requireRight(c, 'writeApplications');
  const application = holderOf(c, 'applications');
  const name = c.req.param('name') ?? '';
  const before = c.get('directory').federatedOf(application.id);
  if (!before.some((one) => one['name'] === name)) throw notFound(name);
  const others = before.filter((one) => one['name'] !== name);
  save(withFederated(c.get('directory'), application.id, others));
  return c.body(null, 204);
}
