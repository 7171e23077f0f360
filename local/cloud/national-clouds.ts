/** The names that KEYTURN_CLOUD takes. */
export const CLOUD_NAMES = ['public', 'usGov', 'usGovDod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** Where the installation finds the services of one cloud. */
export interface NationalCloud {
  loginHost: string;
  graphHost: string;
  vaultSuffix: string;
  /** The organization of the installation. */
  dataverseUrl: string;
  /** What stands before a workflow's path: the environment of the tenant's default. */
  teamsHost: string;
  hasBusinessCentral: boolean;
  /** The report of when credentials were last used. */
  hasSignInActivity: boolean;
}

const ENVIRONMENT = 'default7c0a9c7e5d1b4c399a530d1f0c0ffe.e0.environment.api';

/**
 * Microsoft Learn: "National cloud deployments" and "National clouds" (Graph, login hosts), "Azure Government endpoint
 * mapping" and "Azure China developer guide" (vaults), "Dataverse: regions" and "Power Automate US Government" and
 * "… operated by 21Vianet" (hosts of organizations and workflows, and which services there are),
 * "List appCredentialSignInActivities" (global service only).
 */
export const nationalClouds: Record<CloudName, NationalCloud> = {
  public: {
    loginHost: 'login.microsoftonline.com',
    graphHost: 'graph.microsoft.com',
    vaultSuffix: 'vault.azure.net',
    dataverseUrl: 'https://contoso.crm4.dynamics.com',
    teamsHost: `${ENVIRONMENT}.powerplatform.com`,
    hasBusinessCentral: true,
    hasSignInActivity: true,
  },
  usGov: {
    loginHost: 'login.microsoftonline.us',
    graphHost: 'graph.microsoft.us',
    vaultSuffix: 'vault.usgovcloudapi.net',
    dataverseUrl: 'https://contoso.crm.microsoftdynamics.us',
    teamsHost: `${ENVIRONMENT}.high.powerplatform.microsoft.us`,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
  usGovDod: {
    loginHost: 'login.microsoftonline.us',
    graphHost: 'dod-graph.microsoft.us',
    vaultSuffix: 'vault.usgovcloudapi.net',
    dataverseUrl: 'https://contoso.crm.appsplatform.us',
    teamsHost: `${ENVIRONMENT}.appsplatform.us`,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
  china: {
    loginHost: 'login.partner.microsoftonline.cn',
    graphHost: 'microsoftgraph.chinacloudapi.cn',
    vaultSuffix: 'vault.azure.cn',
    dataverseUrl: 'https://contoso.crm.dynamics.cn',
    teamsHost: `${ENVIRONMENT}.powerplatform.partner.microsoftonline.cn`,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
};

/** The cloud that a Graph host belongs to. */
export function cloudOfGraph(host: string): NationalCloud {
  return (
    Object.values(nationalClouds).find(({ graphHost }) => graphHost === host) ??
    nationalClouds.public
  );
}

/** The same organization has one address in each cloud here. */
export const dataverseUrls: readonly string[] = Object.values(nationalClouds).map(
  ({ dataverseUrl }) => dataverseUrl,
);
