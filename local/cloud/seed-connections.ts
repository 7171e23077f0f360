import { installation } from './installation.ts';
import {
  businessCentralForPeople,
  businessCentralForPrograms,
  dataverse,
  delegated,
  seedAppId,
} from './seed-apis.ts';
import type { SeedCredentials } from './seed-credentials.ts';
import { people } from './seed-people.ts';
import { stableId } from './stable-id.ts';

/**
 * The applications behind the integrations of the story, and Keyturn's own. Each of their secrets ends 30 or more
 * days ahead (design §9), and their values are known here, so that the emulated Entra takes them.
 */
export function connectionApplications({ secret }: SeedCredentials): Record<string, unknown>[] {
  return [
    {
      id: stableId('application', 'SmartConnect BC Prod'),
      appId: seedAppId('SmartConnect BC Prod'),
      displayName: 'SmartConnect BC Prod',
      notes: 'Orders and invoices between the web shop and Business Central production.',
      passwordCredentials: [
        secret(
          'SmartConnect production',
          { from: -672, to: 58 },
          { secretText: secretValue('bc-prod') },
        ),
      ],
      web: { redirectUris: ['https://login.smartconnect.com/Connection/OAuthCallback', CALLBACK] },
      requiredResourceAccess: [businessCentralForPeople()],
      owners: [people.erp.id, people.sales.id],
    },
    {
      id: stableId('application', 'SmartConnect BC Sandbox'),
      appId: seedAppId('SmartConnect BC Sandbox'),
      displayName: 'SmartConnect BC Sandbox',
      passwordCredentials: [
        secret(
          'SmartConnect sandbox',
          { from: -200, to: 165 },
          { secretText: secretValue('bc-sand') },
        ),
      ],
      web: { redirectUris: ['https://login.smartconnect.com/Connection/OAuthCallback', CALLBACK] },
      requiredResourceAccess: [businessCentralForPeople()],
      owners: [people.erp.id],
    },
    ...otherIntegrations({ secret }),
    keyturnApi(),
    apiCaller({ secret }),
  ];
}

function otherIntegrations({ secret }: Pick<SeedCredentials, 'secret'>): Record<string, unknown>[] {
  return [
    {
      id: stableId('application', 'CRM Sales Sync'),
      appId: seedAppId('CRM Sales Sync'),
      displayName: 'CRM Sales Sync',
      passwordCredentials: [
        secret('sync', { from: -300, to: 430 }, { secretText: secretValue('crm-sal') }),
      ],
      web: { redirectUris: ['https://localhost/signin', CALLBACK] },
      requiredResourceAccess: [delegated(dataverse)],
      owners: [people.sales.id],
    },
    {
      id: stableId('application', 'BC Reporting'),
      appId: seedAppId('BC Reporting'),
      displayName: 'BC Reporting',
      passwordCredentials: [
        secret('reporting', { from: -90, to: 275 }, { secretText: secretValue('bc-repo') }),
      ],
      requiredResourceAccess: [businessCentralForPrograms()],
      access: { businessCentral: 'full' },
      federatedIdentityCredentials: [
        {
          name: 'keyturn',
          issuer: `https://login.microsoftonline.com/${installation.tenantId}/v2.0`,
          subject: installation.identities.broker.objectId,
        },
      ],
      owners: [people.data.id],
    },
  ];
}

/** Keyturn's redirect URI on this machine; Entra does not compare the port of localhost. */
const CALLBACK = 'http://localhost/oauth/callback';

/** A value in the shape that Entra gives secrets; it opens nothing but this emulator. */
export function secretValue(name: string): string {
  return `${name.slice(0, 3)}8Q~local.${name}.opens-nothing-else`;
}

/** Keyturn's own registration: the audience of its API, with the app roles that its callers are given. */
function keyturnApi(): Record<string, unknown> {
  return {
    id: stableId('application', 'Keyturn'),
    appId: installation.apiClientId,
    displayName: 'Keyturn',
    identifierUris: [`api://${installation.apiClientId}`],
    api: { requestedAccessTokenVersion: 2 },
    optionalClaims: {
      accessToken: [{ name: 'idtyp', essential: false }],
      idToken: [],
      saml2Token: [],
    },
    appRoles: [appRole('Keyturn.Admin'), appRole('Keyturn.Reader')],
    owners: [people.platform.id],
  };
}

function appRole(value: string): Record<string, unknown> {
  return {
    id: stableId('appRole', value),
    allowedMemberTypes: ['User', 'Application'],
    displayName: value,
    description: value,
    isEnabled: true,
    value,
  };
}

/** Someone else's program that may call Keyturn's API with a token of its own. */
function apiCaller({ secret }: Pick<SeedCredentials, 'secret'>): Record<string, unknown> {
  const { clientId, clientSecret } = installation.apiCaller;
  return {
    id: stableId('application', 'Contoso Web Shop'),
    appId: clientId,
    displayName: 'Contoso Web Shop',
    passwordCredentials: [secret('web shop', { from: -20, to: 345 }, { secretText: clientSecret })],
    requiredResourceAccess: [
      {
        resourceAppId: installation.apiClientId,
        resourceAccess: [{ id: stableId('appRole', 'Keyturn.Admin'), type: 'Role' }],
      },
    ],
    owners: [people.web.id],
  };
}
