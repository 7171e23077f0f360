/** Which service answers for a hostname. */
export type EmulatedService =
  'graph' | 'entra' | 'keyVault' | 'businessCentral' | 'dataverse' | 'teams' | 'webhook';

/**
 * The service that stands in for `hostname`, or undefined for every host that the local network must refuse.
 * Hosts per cloud: Microsoft Learn, "National cloud deployments" (Graph) and "National clouds" (Microsoft identity platform).
 */
export function serviceOf(hostname: string): EmulatedService | undefined {
  const name = hostname.toLowerCase();
  const exact = exactHosts.get(name);
  if (exact !== undefined) return exact;
  return hostPatterns.find(({ pattern }) => pattern.test(name))?.service;
}

/** True for a hostname that the local cloud answers for. */
export function isEmulatedHost(hostname: string): boolean {
  return serviceOf(hostname) !== undefined;
}

const exactHosts = new Map<string, EmulatedService>([
  ['graph.microsoft.com', 'graph'],
  ['graph.microsoft.us', 'graph'],
  ['dod-graph.microsoft.us', 'graph'],
  ['microsoftgraph.chinacloudapi.cn', 'graph'],
  ['login.microsoftonline.com', 'entra'],
  ['login.microsoftonline.us', 'entra'],
  ['login.partner.microsoftonline.cn', 'entra'],
  ['login.chinacloudapi.cn', 'entra'],
  ['api.businesscentral.dynamics.com', 'businessCentral'],
  ['hooks.contoso.example', 'webhook'],
]);

const hostPatterns: { pattern: RegExp; service: EmulatedService }[] = [
  {
    pattern: /^[a-z0-9-]{3,24}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)$/,
    service: 'keyVault',
  },
  {
    pattern:
      /^[a-z0-9-]+(\.api)?\.crm(\d{0,2}\.dynamics\.com|\.microsoftdynamics\.us|\.appsplatform\.us|\.dynamics\.cn)$/,
    service: 'dataverse',
  },
  {
    pattern:
      /^[a-z0-9.-]+\.environment\.api\.(powerplatform\.com|(gov|high)\.powerplatform\.microsoft\.us|appsplatform\.us|powerplatform\.partner\.microsoftonline\.cn)$/,
    service: 'teams',
  },
  { pattern: /^[a-z0-9.-]+\.logic\.azure\.com$/, service: 'teams' },
];
