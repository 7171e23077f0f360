/** What `environment()` says, and the names that services give: Microsoft Learn, "environment function". */
export interface ArmCloud {
  name: string;
  storage: string;
  vaultDns: string;
  sites: string;
}

export const armClouds: Record<'public' | 'usGov' | 'usGovDod' | 'china', ArmCloud> = {
  public: {
    name: 'AzureCloud',
    storage: 'core.windows.net',
    vaultDns: '.vault.azure.net',
    sites: 'azurewebsites.net',
  },
  usGov: {
    name: 'AzureUSGovernment',
    storage: 'core.usgovcloudapi.net',
    vaultDns: '.vault.usgovcloudapi.net',
    sites: 'azurewebsites.us',
  },
  usGovDod: {
    name: 'AzureUSGovernment',
    storage: 'core.usgovcloudapi.net',
    vaultDns: '.vault.usgovcloudapi.net',
    sites: 'azurewebsites.us',
  },
  china: {
    name: 'AzureChinaCloud',
    storage: 'core.chinacloudapi.cn',
    vaultDns: '.vault.azure.cn',
    sites: 'chinacloudsites.cn',
  },
};
