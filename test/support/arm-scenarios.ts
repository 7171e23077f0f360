import { armClouds } from './arm-clouds.ts';
import { deploy, type Deployed } from './arm-deploy.ts';
import { template } from './arm-template.ts';

export const TENANT = '3f6c9a52-7f1e-4c1b-9d53-0d6f2f8f7a11';

export const WATCHED = ['erp', 'web'].map(
  (name) =>
    `/subscriptions/22222222-7f1e-4c1b-9d53-0d6f2f8f7a11/resourceGroups/${name}-group/providers/Microsoft.KeyVault/vaults/contoso-${name}`,
);

/** Everything that can be switched on. */
export const EVERYTHING = {
  name: 'Contoso-erp1',
  tags: { owner: 'erp' },
  apiClientId: 'dddddddd-7f1e-4c1b-9d53-0d6f2f8f7a11',
  tenantsClientId: 'eeeeeeee-7f1e-4c1b-9d53-0d6f2f8f7a11',
  watchedVaultIds: WATCHED,
  mailFrom: 'keyturn@contoso.com',
  mailTransport: 'vault',
  mailServer: 'smtp://user:secret@mail.contoso.com:587',
  teams: true,
  teamsWebhookUrl: 'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual?sig=s',
  webhookUrl: 'https://tickets.contoso.com/hook',
  webhookSecrets: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
  alerts: 'live',
  operationsRecipients: 'operations@contoso.com, second@contoso.com',
  packageUri: 'https://packages.contoso.com/released-package.zip',
  privateNetworking: true,
  alwaysReadyHttp: 1,
};

export type CloudName = keyof typeof armClouds;

/** What a deployment with these parameters leaves behind. */
export function deployed(given: Record<string, unknown> = {}, cloud: CloudName = 'public') {
  return deploy(template, given, {
    cloud: armClouds[cloud],
    tenantId: TENANT,
    subscriptionId: '11111111-7f1e-4c1b-9d53-0d6f2f8f7a11',
    resourceGroup: 'keyturn',
    location: 'westeurope',
  });
}

export function of(resources: readonly Deployed[], type: string): Deployed[] {
  return resources.filter((resource) => resource.type === type);
}

/** The settings of the app. */
export function settingsOf(resources: readonly Deployed[]): Record<string, string> {
  const found = of(resources, 'Microsoft.Web/sites/config').find(
    ({ name }) => name === 'appsettings',
  );
  return (found?.properties ?? {}) as Record<string, string>;
}
