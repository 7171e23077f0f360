import { withoutSlash } from './access-tokens.ts';
import { graphAudiences, graphRoleNames } from './clouds.ts';
import { findByAppId, type Directory, type GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';
import { dataverseUrls } from './national-clouds.ts';
import { businessCentral, dataverse, microsoftGraph } from './seed-apis.ts';
import { stableId } from './stable-id.ts';

/** A delegated permission of a resource. */
export interface ResourceScope {
  id: string;
  value: string;
  /** What a consent page says of it. */
  displayName: string;
  description: string;
  /** Only an administrator can agree to it. */
  isAdminOnly: boolean;
}

/** A service that tokens are for. */
export interface Resource {
  /** As the scope names it, `https://…` or `api://…`, its last slash kept. */
  name: string;
  appId: string;
  displayName: string;
  /** The tenant's own application behind it, null for a service of Microsoft. */
  application: GraphObject | null;
  scopes: ResourceScope[];
  roles: { id: string; value: string }[];
}

/** The resource that a name in a scope means. Throws EntraFault 500011 for one that is not in the tenant. */
export function findResource(name: string, directory: Directory): Resource {
  const wanted = withoutSlash(name);
  const service = services.find(({ names }) => names.includes(wanted));
  if (service !== undefined) return { ...service, name, application: null };
  const application = ownApplication(name, directory);
  if (application !== undefined) return ownResource(name, application);
  throw entraFault(
    500011,
    `The resource principal named ${name} was not found in the tenant named ${directory.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
}

interface Service extends Pick<Resource, 'appId' | 'displayName' | 'scopes' | 'roles'> {
  names: string[];
}

function permission(
  value: string,
  words: { id: string; displayName: string; description: string; isAdminOnly?: boolean },
): ResourceScope {
  return { value, isAdminOnly: false, ...words };
}

const services: Service[] = [
  {
    names: graphAudiences,
    appId: microsoftGraph.resourceAppId,
    displayName: 'Microsoft Graph',
    scopes: [
      permission('User.Read', {
        id: microsoftGraph.scopeId,
        displayName: 'Sign you in and read your profile',
        description: 'Allows you to sign in to the app and lets the app read your profile.',
      }),
      permission('Mail.Send', {
        id: 'e383f46e-2787-4529-855e-0e479a3ffac0',
        displayName: 'Send mail as you',
        description: 'Allows the app to send mail as you.',
      }),
      permission('Directory.Read.All', {
        id: '06da0dbc-49e2-44d2-8312-53f166ab848a',
        displayName: 'Read directory data',
        description: "Allows the app to read data in your organization's directory.",
        isAdminOnly: true,
      }),
    ],
    roles: Object.entries(graphRoleNames).map(([id, value]) => ({ id, value })),
  },
  {
    names: ['https://api.businesscentral.dynamics.com', businessCentral.resourceAppId],
    appId: businessCentral.resourceAppId,
    displayName: 'Dynamics 365 Business Central',
    scopes: [
      permission('user_impersonation', {
        id: businessCentral.impersonationId,
        displayName: 'Access Dynamics 365 Business Central as you',
        description: 'Allows the app to access Business Central on your behalf.',
      }),
      permission('Financials.ReadWrite.All', {
        id: businessCentral.scopeId,
        displayName: 'Access Dynamics 365 Business Central as the signed-in user',
        description: 'Allows the app to read and write financials data with your permissions.',
      }),
    ],
    roles: [{ id: businessCentral.roleId, value: 'API.ReadWrite.All' }],
  },
  {
    names: [...dataverseUrls, dataverse.resourceAppId],
    appId: dataverse.resourceAppId,
    displayName: 'Dataverse',
    scopes: [
      permission('user_impersonation', {
        id: dataverse.scopeId,
        displayName: 'Access Common Data Service as you',
        description: 'Allows the app to access Dataverse acting as you.',
      }),
    ],
    roles: [],
  },
  ...[
    'https://vault.azure.net',
    'https://vault.usgovcloudapi.net',
    'https://vault.azure.cn',
    'https://management.azure.com',
    'https://storage.azure.com',
  ].map((name) => ({
    names: [name],
    appId: stableId('resource', name),
    displayName: name,
    scopes: [],
    roles: [],
  })),
];

function ownApplication(name: string, { applications }: Directory): GraphObject | undefined {
  const byId = findByAppId(applications, name.replace(/^api:\/\//, ''));
  if (byId !== undefined) return byId;
  for (let index = 0; index < applications.length; index += 1) {
    const uris = applications.at(index)['identifierUris'];
    if (Array.isArray(uris) && uris.includes(name)) return applications.at(index);
  }
  return undefined;
}

interface PublishedScope {
  id: string;
  value: string;
  type?: string;
  isEnabled?: boolean;
  userConsentDisplayName?: string | null;
  adminConsentDisplayName?: string | null;
  adminConsentDescription?: string | null;
}

function ownResource(name: string, application: GraphObject): Resource {
  const api = application['api'] as { oauth2PermissionScopes?: PublishedScope[] } | undefined;
  const published = (api?.oauth2PermissionScopes ?? []).filter((one) => one.isEnabled !== false);
  return {
    name,
    application,
    appId: String(application['appId']),
    displayName: String(application['displayName']),
    scopes: published.map((scope) => ({
      id: scope.id,
      value: scope.value,
      displayName: scope.userConsentDisplayName ?? scope.adminConsentDisplayName ?? scope.value,
      description: scope.adminConsentDescription ?? '',
      isAdminOnly: scope.type === 'Admin',
    })),
    roles: (application['appRoles'] ?? []) as { id: string; value: string }[],
  };
}
