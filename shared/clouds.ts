/** The names that KEYTURN_CLOUD takes. */
export type CloudName = 'public' | 'usGov' | 'usGovDod' | 'china';

/** Where the services of one Microsoft cloud live. Tokens of one cloud mean nothing to another. */
export interface Cloud {
  name: CloudName;
  /** Origin of the login host, which is also the origin of its v2.0 issuers. */
  loginUrl: string;
  /** Origin of Microsoft Graph, without a version. */
  graphUrl: string;
  /** Origin of the portal that people are sent to. */
  portalUrl: string;
  /** What follows a vault's name: `{name}.vault.azure.net`. */
  vaultSuffix: string;
  /** What follows a storage account's name and service: `{name}.blob.core.windows.net`. */
  storageSuffix: string;
  /** The audience of a managed identity's assertion (workload identity federation). */
  federationAudience: string;
  /** Hosts of Dataverse organisations behind their own name: `crm4.dynamics.com`. */
  dataverseHost: RegExp;
  /** Whether Business Central online is offered there. */
  hasBusinessCentral: boolean;
  /** Whether Graph's report of when credentials were last used is there. */
  hasSignInActivity: boolean;
}

/**
 * Microsoft Learn: "National cloud deployments" (Graph, portals), "Microsoft Entra authentication & national clouds"
 * (login hosts), "Configure an application to trust a managed identity" (audiences), "Azure Government endpoint
 * mapping" and "Azure China developer guide" (vaults, storage), "Power Automate US Government" and "Dynamics 365
 * operated by 21Vianet" (which applications there are, and their hosts), "List appCredentialSignInActivities" (global
 * service only). Germany closed in 2021. GCC without "High" is in the public cloud. docs/clouds.md has what each lacks.
 */
export const clouds: Record<CloudName, Cloud> = {
  public: {
    name: 'public',
    loginUrl: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    portalUrl: 'https://portal.azure.com',
    vaultSuffix: 'vault.azure.net',
    storageSuffix: 'core.windows.net',
    federationAudience: 'api://AzureADTokenExchange',
    dataverseHost: /^crm\d{0,2}\.dynamics\.com$/,
    hasBusinessCentral: true,
    hasSignInActivity: true,
  },
  usGov: {
    name: 'usGov',
    loginUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://graph.microsoft.us',
    portalUrl: 'https://portal.azure.us',
    vaultSuffix: 'vault.usgovcloudapi.net',
    storageSuffix: 'core.usgovcloudapi.net',
    federationAudience: 'api://AzureADTokenExchangeUSGov',
    dataverseHost: /^crm\.microsoftdynamics\.us$/,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
  usGovDod: {
    name: 'usGovDod',
    loginUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://dod-graph.microsoft.us',
    portalUrl: 'https://portal.azure.us',
    vaultSuffix: 'vault.usgovcloudapi.net',
    storageSuffix: 'core.usgovcloudapi.net',
    federationAudience: 'api://AzureADTokenExchangeUSGov',
    dataverseHost: /^crm\.appsplatform\.us$/,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
  china: {
    name: 'china',
    // login.chinacloudapi.cn is the older alias; issuers carry this name whichever of the two was asked.
    loginUrl: 'https://login.partner.microsoftonline.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    portalUrl: 'https://portal.azure.cn',
    vaultSuffix: 'vault.azure.cn',
    storageSuffix: 'core.chinacloudapi.cn',
    federationAudience: 'api://AzureADTokenExchangeChina',
    dataverseHost: /^crm\.dynamics\.cn$/,
    hasBusinessCentral: false,
    hasSignInActivity: false,
  },
};
