import type { Directory, GraphObject } from './directory.ts';
import type { Registration } from './entra-applications.ts';
import { installation } from './installation.ts';
import { microsoftGraph } from './seed-apis.ts';
import { stableId } from './stable-id.ts';
import type { World } from './world.ts';

/** What the monitor asks other tenants for ("Microsoft Graph permissions reference", ids of the app roles). */
const ROLES = [
  { id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', type: 'Role' },
  { id: 'df021288-bdef-4463-88db-98f22de89214', type: 'Role' },
  { id: '498476ce-e0fe-48b0-b801-37ba7e2685c6', type: 'Role' },
];

const ID = stableId('application', 'Keyturn monitor for many tenants');

/**
 * The application for many tenants by which the installation reads them. Like its identities it belongs to the
 * installation, not to what `PUT /_control/tenant` describes; a directory that has an application of its id comes first.
 */
export function monitorApplication(world: World): Registration | undefined {
  const home = world.directories.get(world.homeTenantId);
  if (home === undefined) return undefined;
  const application: GraphObject = {
    id: ID,
    appId: installation.tenantsClientId,
    displayName: 'Keyturn monitor',
    signInAudience: 'AzureADMultipleOrgs',
    requiredResourceAccess: [
      { resourceAppId: microsoftGraph.resourceAppId, resourceAccess: ROLES },
    ],
    web: { redirectUris: ['http://localhost/oauth/callback'] },
  };
  return { application, home: withTrust(home) };
}

/** The same trust in each cloud, since this Entra is that of all of them ("Configure an application to trust a managed identity"). */
function withTrust(home: Directory): Directory {
  const trusted = CLOUDS.map(([host, audience]) => ({
    id: stableId('trust', host),
    name: 'keyturn-monitor',
    issuer: `https://${host}/${home.tenantId}/v2.0`,
    subject: installation.identities.monitor.objectId,
    audiences: [audience],
  }));
  return { ...home, federatedOf: (id) => (id === ID ? trusted : home.federatedOf(id)) };
}

const CLOUDS = [
  ['login.microsoftonline.com', 'api://AzureADTokenExchange'],
  ['login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
  ['login.partner.microsoftonline.cn', 'api://AzureADTokenExchangeChina'],
] as const;
