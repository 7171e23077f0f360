import { findByAppId, type Directory, type GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';
import { installation } from './installation.ts';
import { monitorApplication } from './monitor-application.ts';
import { seededRegistration } from './seeded-sign-ins.ts';
import type { World } from './world.ts';

interface Place {
  world: World;
  /** The tenant that is signed in to. */
  directory: Directory;
}

/** An application and the tenant that it is registered in: often, but not always, the one that is signed in to. */
export interface Registration {
  application: GraphObject;
  home: Directory;
}

/**
 * The application that may ask people of a tenant to sign in: one of the tenant, or one of several tenants from
 * elsewhere, which becomes known here by their consent. Throws EntraFault.
 */
export function applicationForSignIn(clientId: string, place: Place): Registration {
  const { world, directory } = place;
  const own = findByAppId(directory.applications, clientId);
  if (own !== undefined) return enabled({ application: own, home: directory }, directory);
  for (const home of world.directories.values()) {
    const application = findByAppId(home.applications, clientId);
    if (application !== undefined && isForManyTenants(application)) {
      return enabled({ application, home }, directory);
    }
  }
  const seeded = seededRegistration(clientId, place);
  if (seeded !== undefined) return seeded;
  const monitor = clientId.toLowerCase() === installation.tenantsClientId;
  const builtIn = monitor ? monitorApplication(world) : undefined;
  if (builtIn !== undefined) return enabled(builtIn, directory);
  throw entraFault(
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${directory.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

/** The application that may ask for tokens in a tenant: there must be a servicePrincipal or a consent for it. Throws EntraFault. */
export function installedApplication(clientId: string, place: Place): Registration {
  const { world, directory } = place;
  const found = applicationForSignIn(clientId, place);
  const isInstalled =
    found.home.tenantId === directory.tenantId ||
    findByAppId(directory.servicePrincipals, clientId) !== undefined ||
    world.entra.consents.isKnown(directory.tenantId, clientId);
  if (isInstalled) return found;
  throw entraFault(
    7000229,
    `The client application ${clientId} is missing service principal in the tenant ${directory.tenantId}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
  );
}

function isForManyTenants(application: GraphObject): boolean {
  return ['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'].includes(
    String(application['signInAudience']),
  );
}

function enabled(found: Registration, { servicePrincipals }: Directory): Registration {
  const { application } = found;
  const appId = String(application['appId']);
  const principal = findByAppId(servicePrincipals, appId);
  if (principal?.['accountEnabled'] !== false) return found;
  throw entraFault(
    7000112,
    `Application '${appId}'(${String(application['displayName'])}) is disabled.`,
  );
}
