import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clouds } from '../../shared/clouds.ts';
import { CHECKS_QUEUE, DELIVERIES_QUEUE } from '../../shared/queue-names.ts';
import { routes } from '../../shared/http/routes.ts';
import { deployed, of } from '../support/arm-scenarios.ts';
import { listIn, ofType, only, resolved, template, templateText } from '../support/arm-template.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');
const PRIVATE = "[if(parameters('isPrivate'), 'Disabled', 'Enabled')]";

describe('storage accounts', () => {
  const accounts = ofType('Microsoft.Storage/storageAccounts');

  it('are two: one for the host, one for what Keyturn keeps', () => {
    expect(accounts.map(({ path }) => path.split('/').at(1))).toEqual([
      'hostStorage',
      'stateStorage',
    ]);
  });

  it.each(accounts)('take no key, no plain http and no anonymous reader: $path', ({ body }) => {
    expect(body.properties).toMatchObject({
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
      publicNetworkAccess: PRIVATE,
    });
  });

  it('keep no container open, and no deleted state', () => {
    const containers = ofType('Microsoft.Storage/storageAccounts/blobServices/containers');
    expect(containers).toHaveLength(2);
    for (const { body } of containers) expect(body.properties).toEqual({ publicAccess: 'None' });
    expect(only('Microsoft.Storage/storageAccounts/blobServices').body.properties).toMatchObject({
      isVersioningEnabled: false,
      deleteRetentionPolicy: { enabled: false },
    });
  });

  it('answer no page of another origin', () => {
    for (const service of ['blobServices', 'queueServices', 'tableServices'])
      expect(only(`Microsoft.Storage/storageAccounts/${service}`).body.properties).toMatchObject({
        cors: { corsRules: [] },
      });
  });

  it('have every table, queue and container that the code opens: nobody may make another one', () => {
    const opened = sourcesOf('shared').flatMap((source) =>
      [...source.matchAll(/openTable\(\s*'(\w+)'/g)].map(([, name]) => name ?? ''),
    );
    const containers = sourcesOf('shared').flatMap((source) =>
      [...source.matchAll(/_CONTAINER = '([\w-]+)'/g)].map(([, name]) => name ?? ''),
    );
    const state = JSON.parse(read('infra/state.json')) as Record<string, string[]>;
    expect(state['tables']).toEqual(sorted(opened));
    expect(state['queues']).toEqual(sorted([CHECKS_QUEUE, DELIVERIES_QUEUE]));
    expect(state['containers']).toEqual(sorted(containers));
  });
});

describe.each(['flex', 'dedicated'])('the app on the plan %s', (plan) => {
  const { resources } = deployed({ plan });
  const [site] = of(resources, 'Microsoft.Web/sites');
  const properties = site?.properties ?? {};

  it('speaks https alone, from TLS 1.2, takes no password and no debugger', () => {
    expect(properties).toMatchObject({
      httpsOnly: true,
      siteConfig: {
        minTlsVersion: '1.2',
        scmMinTlsVersion: '1.2',
        remoteDebuggingEnabled: false,
      },
    });
    const policies = of(resources, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
    expect(policies.map(({ name, properties }) => [name, properties])).toEqual([
      ['ftp', { allow: false }],
      ['scm', { allow: false }],
    ]);
  });

  it('lets no other origin read its answers', () => {
    expect(properties).toMatchObject({
      siteConfig: { cors: { allowedOrigins: [], supportCredentials: false } },
    });
  });

  it('is never restarted or taken out because a night was bad: health is not for routing', () => {
    expect(templateText).not.toMatch(/healthCheckPath/i);
  });

  it('has an identity for each power: the host, the monitor, the broker', () => {
    const identities = of(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities');
    expect(identities).toHaveLength(3);
    expect(site?.identity).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: Object.fromEntries(identities.map(({ id }) => [id, {}])),
    });
    expect(properties['keyVaultReferenceIdentity']).toBe(identities[0]?.id);
  });
});

describe('the plan', () => {
  it('is Flex Consumption with Node 22 or 24, and a package that the host reads as itself', () => {
    const { resources } = deployed();
    expect(of(resources, 'Microsoft.Web/serverfarms')[0]?.written).toMatchObject({
      sku: { tier: 'FlexConsumption', name: 'FC1' },
    });
    expect(template.parameters['nodeVersion']).toMatchObject({
      defaultValue: '22',
      allowedValues: ['22', '24'],
    });
    const [site] = of(resources, 'Microsoft.Web/sites');
    expect(site?.properties['functionAppConfig']).toMatchObject({
      runtime: { name: 'node', version: '22' },
      deployment: {
        storage: {
          value: expect.stringMatching(/^https:\/\/\w+host\.blob\.core\.windows\.net\/packages$/),
          authentication: { type: 'UserAssignedIdentity' },
        },
      },
    });
    // "… for Flex Consumption sites is invalid. Please remove or rename it before retrying." (error 51021; the properties
    // are those that reports of it name, AVM issue 283 and Microsoft Q&A 2277522.)
    expect(JSON.stringify(resources)).not.toMatch(
      /FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_RUN_FROM_PACKAGE|ftpsState|FxVersion|alwaysOn|ScaleLimit|use32Bit|netFramework|RuntimeScaleMonitoring|preWarmed/i,
    );
  });

  it('is an App Service plan that keeps the app loaded, where there is no Flex Consumption', () => {
    const { resources } = deployed({ plan: 'dedicated' });
    expect(of(resources, 'Microsoft.Web/serverfarms')[0]?.written).toMatchObject({
      sku: { name: 'B1' },
      properties: { reserved: true },
    });
    const [site] = of(resources, 'Microsoft.Web/sites');
    expect(site?.properties).not.toHaveProperty('functionAppConfig');
    expect(site?.properties['siteConfig']).toMatchObject({
      linuxFxVersion: 'NODE|22',
      alwaysOn: true,
      ftpsState: 'Disabled',
    });
  });

  it('has no time zone: on Linux it breaks TLS, and settings.ts refuses it', () => {
    expect(templateText).not.toMatch(/WEBSITE_TIME_ZONE/);
  });
});

describe('sign-in in front', () => {
  it('lets everybody pass, and takes back what Entra posts', () => {
    const authentication = ofType('Microsoft.Web/sites/config').find(({ body }) =>
      body.name?.includes("'authsettingsV2'"),
    );
    expect(authentication?.body.properties).toMatchObject({
      globalValidation: {
        requireAuthentication: false,
        unauthenticatedClientAction: 'AllowAnonymous',
      },
      httpSettings: { requireHttps: true },
      login: {
        allowedExternalRedirectUrls: ["[parameters('loginUrl')]"],
        tokenStore: { enabled: false },
      },
    });
    expect(JSON.stringify(authentication?.body)).not.toMatch(/clientSecret/i);
  });
});

describe('key vaults', () => {
  const vaults = ofType('Microsoft.KeyVault/vaults');

  it('are one for grants, and one for channels where a channel has a secret', () => {
    expect(vaults.map(({ given, around }) => [given['role'], around?.body.condition])).toEqual([
      ['keyVaultSecretsOfficer', undefined],
      ['keyVaultSecretsUser', "[parameters('channels').isVaultUsed]"],
    ]);
  });

  it.each(vaults)('give access by roles, and keep what was deleted for a while: $path', (vault) => {
    expect(vault.body.properties).toMatchObject({
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enablePurgeProtection: "[if(parameters('purgeProtection'), true(), null())]",
      publicNetworkAccess: PRIVATE,
    });
    expect(vault.body.properties).not.toHaveProperty('accessPolicies');
    expect(resolved("[parameters('purgeProtection')]", vault)).toBe(
      "[parameters('vaultRules').purgeProtection]",
    );
    expect(template.parameters['purgeProtection']).toMatchObject({
      type: 'bool',
      defaultValue: true,
    });
  });

  it.each(vaults)('write down who read what: $path', ({ path }) => {
    const audit = only(
      'Microsoft.Insights/diagnosticSettings',
      path.replace('Microsoft.KeyVault/vaults', ''),
    );
    expect(audit.body.properties).toMatchObject({
      logs: [{ categoryGroup: 'audit', enabled: true }],
    });
  });
});

describe('secrets of the deployment', () => {
  it('are secure parameters, and no key is asked for', () => {
    const secrets = ['mailServer', 'teamsWebhookUrl', 'webhookSecrets', 'packageUri'];
    for (const name of secrets) expect(template.parameters[name]?.type, name).toBe('securestring');
    expect(templateText).not.toMatch(/listKeys|listAccountSas|listServiceSas|listCredentials/i);
    for (const { value } of Object.values(template.outputs ?? {}))
      expect(String(value)).not.toMatch(new RegExp(`parameters\\('(${secrets.join('|')})'`));
  });

  it('telemetry is taken from identities alone, unless somebody says otherwise', () => {
    const insights = (given: Record<string, unknown>) =>
      of(deployed(given).resources, 'Microsoft.Insights/components')[0]?.properties;
    expect(insights({})).toMatchObject({ DisableLocalAuth: true });
    expect(insights({ telemetryByKey: true })).toMatchObject({ DisableLocalAuth: false });
    expect(only('Microsoft.OperationalInsights/workspaces').body.properties).toMatchObject({
      features: { disableLocalAuth: true },
    });
  });
});

describe('private networking', () => {
  it('closes storage and the vault of grants, and opens private addresses for what uses them', () => {
    const isPrivate = (within: string) =>
      resolved("[parameters('isPrivate')]", only(storageOrVault(within), within));
    for (const within of ['platform/hostStorage/', 'platform/stateStorage/', 'platform/vault/'])
      expect(isPrivate(within), within).toBe("[parameters('privateNetworking')]");
    // References of Flex Consumption reach no vault behind a firewall.
    expect(isPrivate('platform/channelVault/')).toBe(false);
    expect(template.parameters['privateNetworking']?.defaultValue).toBe(false);
    const wanted = only('Microsoft.Network/privateEndpoints').around?.template.variables?.[
      'wanted'
    ];
    expect((wanted as { groupId: string }[]).map(({ groupId }) => groupId)).toEqual([
      'blob',
      'blob',
      'queue',
      'table',
      'vault',
    ]);
  });
});

describe('what watches over Keyturn', () => {
  const alerts = only('Microsoft.Insights/scheduledQueryRules');
  const rules = listIn<{
    name: string;
    query: string;
    operator: string;
    severity: number;
  }>(alerts, 'rules');

  it('asks /api/health from outside, and says so when no healthy answer came', () => {
    expect(only('Microsoft.Insights/webtests').body.properties).toMatchObject({
      Enabled: true,
      Request: { RequestUrl: "[format('{0}/api/health', parameters('publicUrl'))]" },
      ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true },
    });
  });

  it('fires on silence: staleness and dead timers are the absence of a success', () => {
    const bySilence = rules.filter(({ operator }) => operator === 'LessThan');
    expect(bySilence.map(({ name }) => name)).toEqual(['not-healthy', 'timers-stopped']);
    expect(rules.map(({ name }) => name)).toEqual([
      'not-healthy',
      'timers-stopped',
      'needs-someone',
      'given-up',
      'requests-failing',
    ]);
  });

  it('names functions that there are', () => {
    const named = rules.flatMap(({ query }) =>
      [...query.matchAll(/"([a-z]\w+)"/gi)].map(([, name]) => name ?? ''),
    );
    const functions = readdirSync(new URL('functions', project)).map((file) =>
      file.replace('.ts', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    const words = ['error', 'true', 'MaxDequeueCount'];
    for (const name of named.filter((name) => !words.includes(name)))
      expect(functions, name).toContain(name);
    expect(Object.keys(routes)).toContain('health');
  });

  it('waits for a human only where Keyturn logs that one must act', () => {
    expect(rules.find(({ name }) => name === 'needs-someone')?.query).toContain(
      'tostring(parse_json(message).level) == "error"',
    );
  });
});

describe('the clouds of the template', () => {
  it('are those of the service, with its login hosts', () => {
    const known = JSON.parse(read('infra/clouds.json')) as Record<string, { loginUrl: string }>;
    expect(Object.keys(known)).toEqual(Object.keys(clouds));
    for (const [name, { loginUrl }] of Object.entries(known))
      expect(loginUrl).toBe(clouds[name as keyof typeof clouds].loginUrl);
    expect(template.parameters['cloud']).toMatchObject({
      allowedValues: ['auto', ...Object.keys(clouds)],
    });
  });
});

it('says of every parameter what it is for, since the portal shows nothing else', () => {
  for (const [name, { metadata }] of Object.entries(template.parameters))
    expect(metadata?.description, name).toBeTruthy();
});

function storageOrVault(within: string): string {
  return within.toLowerCase().includes('vault')
    ? 'Microsoft.KeyVault/vaults'
    : 'Microsoft.Storage/storageAccounts';
}

function sourcesOf(folder: string): string[] {
  return readdirSync(new URL(folder, project), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'));
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}
