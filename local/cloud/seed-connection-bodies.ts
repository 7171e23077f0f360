import { installation } from './installation.ts';
import { nationalClouds, type CloudName } from './national-clouds.ts';
import { seedAppId } from './seed-apis.ts';
import { secretValue } from './seed-connections.ts';

/** The account that signs in for the seeded connections. */
export const integrationUser = `erp@${installation.verifiedDomain}`;

/** The seeded connections (design §9), as bodies of `PUT /api/connections/{id}`. */
export const seedConnections = {
  'bc-production': {
    displayName: 'BC Prod',
    kind: 'businessCentral',
    clientId: seedAppId('SmartConnect BC Prod'),
    clientSecret: secretValue('bc-prod'),
    serviceUrl: businessCentral('Production'),
    consumers: [smartConnect('BC Prod')],
    owners: [integrationUser],
  },
  'bc-sandbox': {
    displayName: 'BC Sandbox',
    kind: 'businessCentral',
    clientId: seedAppId('SmartConnect BC Sandbox'),
    clientSecret: secretValue('bc-sand'),
    serviceUrl: businessCentral('Sandbox'),
    consumers: [smartConnect('BC Sandbox')],
    owners: [integrationUser],
  },
  'crm-sales': {
    displayName: 'CRM Sales',
    kind: 'dataverse',
    tenantId: installation.tenantId,
    clientId: seedAppId('CRM Sales Sync'),
    clientSecret: secretValue('crm-sal'),
    serviceUrl: installation.dataverseUrl,
  },
  'bc-reporting': {
    displayName: 'BC Reporting',
    kind: 'businessCentral',
    grantType: 'clientCredentials',
    clientId: seedAppId('BC Reporting'),
    clientSecret: secretValue('bc-repo'),
    serviceUrl: businessCentral('Production'),
  },
} satisfies Record<string, Record<string, unknown>>;

/** Those that there are in a cloud, at its addresses. */
export function seedConnectionsIn(cloudName: CloudName): [string, Record<string, unknown>][] {
  const { hasBusinessCentral, dataverseUrl } = nationalClouds[cloudName];
  return Object.entries(seedConnections).flatMap(
    ([id, body]): [string, Record<string, unknown>][] => {
      if (body.kind === 'dataverse') return [[id, { ...body, serviceUrl: dataverseUrl }]];
      return hasBusinessCentral ? [[id, body]] : [];
    },
  );
}

/** As the window of a connection in SmartConnect shows it. */
function businessCentral(environment: string): string {
  return `https://api.businesscentral.dynamics.com/v2.0/${installation.tenantId}/${environment}/ODataV4`;
}

function smartConnect(name: string): Record<string, string> {
  return { system: 'SmartConnect', name, contact: integrationUser };
}
