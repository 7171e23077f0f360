import { graphRoleNames } from './clouds.ts';
import { findByAppId, findById, type Directory, type GraphObject } from './directory.ts';
import { servicePrincipalShape } from './graph-shapes.ts';
import { installation } from './installation.ts';
import { businessCentral, microsoftGraph } from './seed-apis.ts';
import { stableId } from './stable-id.ts';

/** The tenant that Microsoft's own applications belong to ("Verify first-party Microsoft applications"). */
const MICROSOFT_SERVICES = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const { monitor, broker } = installation.identities;

/**
 * Enterprise applications that every tenant here has beside its directory, whoever replaces that: the APIs that
 * permissions are for, and the identities of the installation. They are found by id, appId and name, and stand in no list.
 */
const standing: GraphObject[] = [
  {
    displayName: 'Microsoft Graph',
    appId: microsoftGraph.resourceAppId,
    appOwnerOrganizationId: MICROSOFT_SERVICES,
    appRoles: Object.entries(graphRoleNames).map(([id, value]) => appRole(id, value)),
  },
  {
    displayName: 'Dynamics 365 Business Central',
    appId: businessCentral.resourceAppId,
    appOwnerOrganizationId: MICROSOFT_SERVICES,
    appRoles: [appRole(businessCentral.roleId, 'API.ReadWrite.All')],
    oauth2PermissionScopes: [
      scope(businessCentral.impersonationId, 'user_impersonation'),
      scope(businessCentral.scopeId, 'Financials.ReadWrite.All'),
    ],
  },
  identity('keyturn-local-monitor', monitor),
  identity('keyturn-local-broker', broker),
].map((given, index) =>
  servicePrincipalShape({ id: stableId('servicePrincipal', given.appId), ...given }, index),
);

/** The enterprise application with an object id, if it stands here; the directory's own come first. */
export function principalById(directory: Directory, id: string): GraphObject | undefined {
  const wanted = id.toLowerCase();
  return findById(directory.servicePrincipals, id) ?? standing.find((one) => one.id === wanted);
}

/** The same by application id. */
export function principalByAppId(directory: Directory, appId: string): GraphObject | undefined {
  const wanted = appId.toLowerCase();
  return (
    findByAppId(directory.servicePrincipals, appId) ??
    standing.find((one) => one['appId'] === wanted)
  );
}

/** Those with exactly this name. */
export function standingNamed(displayName: string): GraphObject[] {
  return standing.filter((one) => one['displayName'] === displayName);
}

function identity(
  displayName: string,
  { clientId, objectId }: { clientId: string; objectId: string },
): Record<string, unknown> & { appId: string } {
  return { id: objectId, displayName, appId: clientId, servicePrincipalType: 'ManagedIdentity' };
}

function appRole(id: string, value: string): Record<string, unknown> {
  return {
    id,
    value,
    displayName: value,
    description: value,
    isEnabled: true,
    origin: 'Application',
    allowedMemberTypes: ['Application'],
  };
}

function scope(id: string, value: string): Record<string, unknown> {
  return {
    id,
    value,
    type: 'User',
    isEnabled: true,
    adminConsentDisplayName: value,
    adminConsentDescription: value,
    userConsentDisplayName: value,
    userConsentDescription: value,
  };
}
