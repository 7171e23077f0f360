/** What Graph accepts as the audience of a token: its address in each cloud, and its application id. */
export const graphAudiences = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
  '00000003-0000-0000-c000-000000000000',
];

/** Those of one Graph host: a token of one cloud means nothing to another. */
export function graphAudiencesOf(graphHost: string): string[] {
  return [`https://${graphHost}`, '00000003-0000-0000-c000-000000000000'];
}

/** The login host that belongs to a Key Vault or Graph host of the same cloud. */
export function loginHostOf(serviceHost: string): string {
  if (/\.us$|usgovcloudapi\.net$/.test(serviceHost)) return 'login.microsoftonline.us';
  if (serviceHost.endsWith('.cn')) return 'login.partner.microsoftonline.cn';
  return 'login.microsoftonline.com';
}

/** Key Vault's resource in the cloud of a vault host: the part of the name behind the vault's own. */
export function vaultResourceOf(vaultHost: string): string {
  return `https://${vaultHost.slice(vaultHost.indexOf('.') + 1)}`;
}

/** App roles of Graph by id, as Entra's `requiredResourceAccess` names them ("Microsoft Graph permissions reference"). */
export const graphRoleNames: Record<string, string> = {
  '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30': 'Application.Read.All',
  'df021288-bdef-4463-88db-98f22de89214': 'User.Read.All',
  '97235f07-e226-4f63-ace3-39588e11d3a1': 'User.ReadBasic.All',
  '498476ce-e0fe-48b0-b801-37ba7e2685c6': 'Organization.Read.All',
  'b0afded3-3588-46d8-8b3d-9842eff778da': 'AuditLog.Read.All',
  'b633e1c5-b582-4048-a93e-9f11b44c7e96': 'Mail.Send',
  '7ab1d382-f21e-4acd-a863-ba3e13f7da61': 'Directory.Read.All',
};
