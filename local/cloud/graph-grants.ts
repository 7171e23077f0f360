import { createHash } from 'node:crypto';
import { findById, type GraphObject } from './directory.ts';
import { graphRoleNames } from './clouds.ts';
import { badRequest, notFound } from './graph-error.ts';
import { holderOf } from './graph-lists.ts';
import { collectionText, contextOf, odata } from './graph-objects.ts';
import { created, graphBody } from './graph-registrations.ts';
import { requireConsentTo, requireRight } from './graph-rights.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import { installation, type IdentityName } from './installation.ts';
import { microsoftGraph } from './seed-apis.ts';
import { principalByAppId, principalById } from './standing-principals.ts';
import type { World } from './world.ts';

/** Who holds which app role of which API ("appRoleAssignment resource type"). */
export interface RoleAssignment {
  tenantId: string;
  principalId: string;
  resourceId: string;
  appRoleId: string;
}

/** What a client may do in the name of everybody ("oAuth2PermissionGrant resource type"). */
export interface ScopeGrant {
  tenantId: string;
  id: string;
  clientId: string;
  resourceId: string;
  scope: string;
}

/**
 * Adds application permissions and delegated ones as the directory keeps them (Microsoft Learn: "Grant an
 * appRoleAssignment to a service principal", "List appRoleAssignments granted to a service principal", "Delete
 * appRoleAssignment", "Create oAuth2PermissionGrant", "Delete oAuth2PermissionGrant").
 */
export function grantRoutes(app: GraphApp, world: World): void {
  for (const key of [':id', 'by-app-id/:appId']) {
    const base = `/v1.0/servicePrincipals/${key}`;
    app.get(`${base}/appRoleAssignments`, (c) => assignmentsAnswer(c, world));
    app.post(`${base}/appRoleAssignments`, (c) => assign(c, world));
    app.delete(`${base}/appRoleAssignments/:assignmentId`, (c) => unassign(c, world));
    app.get(`${base}/oauth2PermissionGrants`, (c) => grantsAnswer(c, world));
  }
  app.post('/v1.0/oauth2PermissionGrants', (c) => grantScopes(c, world));
  app.delete('/v1.0/oauth2PermissionGrants/:grantId', (c) => removeGrant(c, world));
}

/** What the identities hold on Graph is kept by name; everything else as it was assigned. */
function assignmentsOf(c: GraphContext, world: World, principal: GraphObject): RoleAssignment[] {
  const directory = c.get('directory');
  const { tenantId } = directory;
  const name = identityOf(principal.id);
  const resourceId = principalByAppId(directory, microsoftGraph.resourceAppId)?.id ?? '';
  const roles = name === null ? [] : (world.permissions.get(name) ?? []);
  const held = Object.entries(graphRoleNames).filter(([, value]) => roles.includes(value));
  return [
    ...held.map(([appRoleId]) => ({ tenantId, principalId: principal.id, resourceId, appRoleId })),
    ...world.assignments.filter(
      (one) => one.tenantId === tenantId && one.principalId === principal.id,
    ),
  ];
}

function assignmentsAnswer(c: GraphContext, world: World): Response {
  const principal = holderOf(c, 'servicePrincipals');
  const context = contextOf(c, `servicePrincipals('${principal.id}')/appRoleAssignments`, null);
  const items = assignmentsOf(c, world, principal).map((one) => assignmentShape(c, one));
  return odata(
    c,
    collectionText(
      { context },
      items.map((item) => JSON.stringify(item)),
    ),
  );
}

function assignmentShape(c: GraphContext, assignment: RoleAssignment): Record<string, unknown> {
  const { principalId, resourceId, appRoleId } = assignment;
  const directory = c.get('directory');
  const principal = principalById(directory, principalId);
  return {
    id: idOf(assignment),
    deletedDateTime: null,
    appRoleId,
    createdDateTime: '2026-11-28T09:00:00Z',
    principalDisplayName: principal?.['displayName'] ?? null,
    principalId,
    principalType: principal === undefined ? 'User' : 'ServicePrincipal',
    resourceDisplayName: principalById(directory, resourceId)?.['displayName'] ?? null,
    resourceId,
  };
}

function idOf({ principalId, resourceId, appRoleId }: RoleAssignment): string {
  const words = [principalId, resourceId, appRoleId].join('|');
  return createHash('sha256').update(words).digest('base64url');
}

async function assign(c: GraphContext, world: World): Promise<Response> {
  const holder = holderOf(c, 'servicePrincipals');
  const { principalId, resourceId, appRoleId } = await graphBody(c);
  const directory = c.get('directory');
  const resource = principalById(directory, String(resourceId));
  if (resource === undefined) throw notFound(String(resourceId));
  requireConsentTo(c, String(resource['appId']));
  if (String(principalId) !== holder.id)
    throw badRequest('The principalId does not match the request path.', 'Request_BadRequest');
  const roles = resource['appRoles'] as { id: string; value: string }[];
  const role = roles.find(({ id }) => id === appRoleId);
  if (role === undefined) {
    throw badRequest(
      'Permission being assigned was not found on application.',
      'Request_BadRequest',
    );
  }
  const assignment = {
    tenantId: directory.tenantId,
    principalId: holder.id,
    resourceId: resource.id,
    appRoleId: role.id,
  };
  if (assignmentsOf(c, world, holder).some((one) => idOf(one) === idOf(assignment))) {
    throw badRequest(
      'Permission being assigned already exists on the object',
      'Request_BadRequest',
    );
  }
  const name = identityOf(holder.id);
  const isGraph = resource['appId'] === microsoftGraph.resourceAppId;
  if (name === null || !isGraph) world.assignments.push(assignment);
  else world.permissions.set(name, [...(world.permissions.get(name) ?? []), role.value]);
  return created(c, 'appRoleAssignments', assignmentShape(c, assignment));
}

function unassign(c: GraphContext, world: World): Response {
  requireRight(c, 'assignRoles');
  const holder = holderOf(c, 'servicePrincipals');
  const wanted = c.req.param('assignmentId') ?? '';
  const found = assignmentsOf(c, world, holder).find((one) => idOf(one) === wanted);
  if (found === undefined) throw notFound(wanted);
  const name = identityOf(holder.id);
  const value = graphRoleNames[found.appRoleId];
  world.assignments = world.assignments.filter((one) => idOf(one) !== wanted);
  if (name !== null && value !== undefined) {
    world.permissions.set(
      name,
      (world.permissions.get(name) ?? []).filter((one) => one !== value),
    );
  }
  return c.body(null, 204);
}

function identityOf(principalId: string): IdentityName | null {
  const { monitor, broker } = installation.identities;
  if (principalId === monitor.objectId) return 'monitor';
  return principalId === broker.objectId ? 'broker' : null;
}

function grantsAnswer(c: GraphContext, world: World): Response {
  const holder = holderOf(c, 'servicePrincipals');
  const { tenantId } = c.get('directory');
  const context = contextOf(c, 'oauth2PermissionGrants', null);
  const items = world.scopeGrants
    .filter((one) => one.tenantId === tenantId && one.clientId === holder.id)
    .map((one) => JSON.stringify(grantShape(one)));
  return odata(c, collectionText({ context }, items));
}

function grantShape({ tenantId: _tenant, ...grant }: ScopeGrant): Record<string, unknown> {
  return { ...grant, consentType: 'AllPrincipals', principalId: null };
}

/** For everybody alone: that is all that an administrator's consent makes. */
async function grantScopes(c: GraphContext, world: World): Promise<Response> {
  requireRight(c, 'grantScopes');
  const { clientId, consentType, resourceId, scope } = await graphBody(c);
  const directory = c.get('directory');
  const client = findById(directory.servicePrincipals, String(clientId));
  const resource = principalById(directory, String(resourceId));
  if (client === undefined || resource === undefined) throw notFound(String(clientId));
  if (consentType !== 'AllPrincipals' || typeof scope !== 'string') {
    throw badRequest(
      'consentType AllPrincipals and a scope are required here.',
      'Request_BadRequest',
    );
  }
  const { tenantId } = directory;
  const id = createHash('sha256').update(`${client.id}|${resource.id}`).digest('base64url');
  if (world.scopeGrants.some((one) => one.id === id && one.tenantId === tenantId)) {
    throw badRequest('Permission entry already exists.', 'Request_BadRequest');
  }
  const grant = { tenantId, id, clientId: client.id, resourceId: resource.id, scope };
  world.scopeGrants.push(grant);
  const place = {
    tenantId,
    clientId: String(client['appId']),
    resourceAppId: String(resource['appId']),
  };
  world.entra.consents.grant(place, null, scope.trim().split(/\s+/));
  return created(c, 'oauth2PermissionGrants', grantShape(grant));
}

function removeGrant(c: GraphContext, world: World): Response {
  requireRight(c, 'grantScopes');
  const id = c.req.param('grantId') ?? '';
  const found = world.scopeGrants.find((one) => one.id === id);
  if (found === undefined) throw notFound(id);
  world.scopeGrants = world.scopeGrants.filter((one) => one !== found);
  const client = principalById(c.get('directory'), found.clientId);
  const resource = principalById(c.get('directory'), found.resourceId);
  const { tenantId } = found;
  const place = {
    tenantId,
    clientId: String(client?.['appId']),
    resourceAppId: String(resource?.['appId']),
  };
  world.entra.consents.withdraw(place);
  return c.body(null, 204);
}
