import { describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import type { Deployed } from '../support/arm-deploy.ts';
import { guid } from '../support/arm-functions.ts';
import {
  deployed,
  EVERYTHING,
  of,
  settingsOf,
  TENANT,
  WATCHED,
  type CloudName,
} from '../support/arm-scenarios.ts';

/** As App Service hands them over: references to secrets are replaced by what they name. */
function environmentOf(resources: readonly Deployed[]): Record<string, string> {
  const secrets = new Map(
    of(resources, 'Microsoft.KeyVault/vaults/secrets').map(({ name, properties }) => [
      name,
      String(properties['value']),
    ]),
  );
  return Object.fromEntries(
    Object.entries(settingsOf(resources)).map(([name, value]) => {
      const secret = /^@Microsoft\.KeyVault\(SecretUri=.*\/secrets\/(.*)\)$/.exec(value)?.[1];
      return [name, secret === undefined ? value : (secrets.get(secret) ?? value)];
    }),
  );
}

const everyCloud: [CloudName, Record<string, unknown>][] = [
  ['public', {}],
  ['public', { plan: 'dedicated' }],
  ['usGov', {}],
  ['usGov', { plan: 'flex' }],
  ['usGovDod', { cloud: 'usGovDod' }],
  ['china', {}],
];

describe('a deployment with nothing but defaults', () => {
  it.each(everyCloud)('gives the service settings that it takes, in %s: %j', (cloud, given) => {
    const { resources, outputs } = deployed(given, cloud);
    const read = readSettings({ ...environmentOf(resources), WEBSITE_INSTANCE_ID: 'x' });
    expect(read.ok ? [] : read.faults).toEqual([]);
    expect(read).toMatchObject({
      settings: {
        cloud: { name: cloud },
        publicUrl: outputs['publicUrl'],
        homeTenantId: TENANT,
        alerts: { mode: 'preview' },
        storage: { kind: 'identity' },
      },
    });
    expect(outputs['redirectUri']).toBe(`${String(outputs['publicUrl'])}/oauth/callback`);
  });

  it('makes no vault for channels, no network and no code', () => {
    const { resources } = deployed();
    expect(of(resources, 'Microsoft.KeyVault/vaults')).toHaveLength(1);
    expect(of(resources, 'Microsoft.Network/virtualNetworks')).toEqual([]);
    expect(of(resources, 'Microsoft.Web/sites/extensions')).toEqual([]);
    expect(of(resources, 'Microsoft.Insights/actionGroups')).toEqual([]);
  });
});

describe('a deployment with everything', () => {
  it.each(everyCloud)('gives the service settings that it takes, in %s: %j', (cloud, given) => {
    const { resources } = deployed({ ...EVERYTHING, ...given }, cloud);
    const read = readSettings({ ...environmentOf(resources), WEBSITE_INSTANCE_ID: 'x' });
    expect(read.ok ? [] : read.faults).toEqual([]);
    expect(read.ok && read.settings.watchedVaults).toHaveLength(2);
  });

  const { resources } = deployed(EVERYTHING);

  it('refers to secrets that are there, in a vault that the host may read', () => {
    const references = Object.entries(settingsOf(resources)).filter(([, value]) =>
      value.startsWith('@Microsoft.KeyVault'),
    );
    expect(references.map(([name]) => name)).toEqual([
      'KEYTURN_MAIL_TRANSPORT',
      'KEYTURN_TEAMS_WEBHOOK_URL',
      'KEYTURN_WEBHOOK_SECRETS',
    ]);
    for (const [name] of references)
      expect(environmentOf(resources)[name], name).not.toContain('@Microsoft.KeyVault');
    const vault = settingsOf(resources)['KEYTURN_TEAMS_WEBHOOK_URL']?.split('/')[2]?.split('.')[0];
    const host = of(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities')[0]?.name ?? '';
    const mayRead = of(resources, 'Microsoft.Authorization/roleAssignments').filter(
      ({ scope, properties }) =>
        scope?.endsWith(`/vaults/${vault ?? ''}`) === true &&
        properties['principalId'] === guid(`principal ${host}`),
    );
    expect(mayRead).toHaveLength(1);
  });

  it('writes secrets nowhere but into that vault and the address of the package', () => {
    const secrets = [EVERYTHING.mailServer, EVERYTHING.teamsWebhookUrl, EVERYTHING.webhookSecrets];
    const holders = resources.filter(({ written }) =>
      secrets.some((secret) => JSON.stringify(written).includes(secret)),
    );
    expect(holders.map(({ type }) => type)).toEqual([
      'Microsoft.KeyVault/vaults/secrets',
      'Microsoft.KeyVault/vaults/secrets',
      'Microsoft.KeyVault/vaults/secrets',
    ]);
  });

  it('closes storage and the vault of grants to the public, and gives each a private address', () => {
    const closed = [
      ...of(resources, 'Microsoft.Storage/storageAccounts'),
      ...of(resources, 'Microsoft.KeyVault/vaults'),
    ].filter(({ properties }) => properties['publicNetworkAccess'] === 'Disabled');
    const targets = of(resources, 'Microsoft.Network/privateEndpoints').map(
      ({ properties }) =>
        (properties['privateLinkServiceConnections'] as PrivateLink[])[0]?.properties
          .privateLinkServiceId,
    );
    expect(new Set(targets)).toEqual(new Set(closed.map(({ id }) => id)));
    expect(closed).toHaveLength(3);
    expect(of(resources, 'Microsoft.Network/privateDnsZones').map(({ name }) => name)).toEqual([
      'privatelink.blob.core.windows.net',
      'privatelink.queue.core.windows.net',
      'privatelink.table.core.windows.net',
      'privatelink.vaultcore.azure.net',
    ]);
  });

  it.each([
    ['flex', 'Microsoft.App/environments'],
    ['dedicated', 'Microsoft.Web/serverFarms'],
  ])('puts the app into a subnet that is for its plan: %s', (plan, serviceName) => {
    const { resources } = deployed({ ...EVERYTHING, plan });
    const [site] = of(resources, 'Microsoft.Web/sites');
    expect(site?.properties['virtualNetworkSubnetId']).toMatch(/\/subnets\/app$/);
    const [network] = of(resources, 'Microsoft.Network/virtualNetworks');
    expect(network?.properties['subnets']).toMatchObject([
      { name: 'app', properties: { delegations: [{ properties: { serviceName } }] } },
      { name: 'endpoints' },
    ]);
  });

  it('tags all that can be tagged', () => {
    const untagged = resources.filter(
      ({ written }) => 'location' in written && !('tags' in written),
    );
    expect(untagged.map(({ type }) => type)).toEqual(['Microsoft.Web/sites/extensions']);
    for (const { tags } of resources.filter(({ written }) => 'tags' in written))
      expect(tags).toMatchObject({ owner: 'erp' });
  });

  it('mails everybody in operations', () => {
    const [people] = of(resources, 'Microsoft.Insights/actionGroups');
    const receivers = people?.properties['emailReceivers'] as { emailAddress: string }[];
    expect(receivers.map(({ emailAddress }) => emailAddress)).toEqual([
      'operations@contoso.com',
      'second@contoso.com',
    ]);
    for (const { properties } of of(resources, 'Microsoft.Insights/scheduledQueryRules'))
      expect(properties['actions']).toEqual({ actionGroups: [people?.id] });
  });
});

interface PrivateLink {
  properties: { privateLinkServiceId: string };
}

describe('roles', () => {
  const { resources } = deployed(EVERYTHING);
  const assignments = of(resources, 'Microsoft.Authorization/roleAssignments');

  it('are for the three identities, on things that there are', () => {
    const principals = of(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities').map(
      ({ name }) => guid(`principal ${name}`),
    );
    const ids = [...resources.map(({ id }) => id), ...WATCHED];
    for (const { scope, properties } of assignments) {
      expect(principals).toContain(properties['principalId']);
      expect(ids).toContain(scope);
    }
  });

  it('have a name each, so that none replaces another one', () => {
    expect(new Set(assignments.map(({ name }) => name)).size).toBe(assignments.length);
  });

  it('are on each table, queue and container', () => {
    const kept = resources.filter(({ type }) => /\/(tables|queues|containers)$/.test(type));
    const used = kept.filter(({ id }) => assignments.some(({ scope }) => scope === id));
    const packages = kept.filter((resource) => !used.includes(resource));
    expect(used.length).toBeGreaterThan(35);
    expect(packages.map(({ name }) => name)).toEqual(['packages']);
  });
});

describe('names', () => {
  /** Microsoft Learn: "Naming rules and restrictions for Azure resources". */
  const RULES: Record<string, RegExp> = {
    'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
    'Microsoft.Storage/storageAccounts/tableServices/tables': /^[A-Za-z][A-Za-z0-9]{2,62}$/,
    'Microsoft.Storage/storageAccounts/queueServices/queues':
      /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    'Microsoft.Storage/storageAccounts/blobServices/containers':
      /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    'Microsoft.KeyVault/vaults': /^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/,
    'Microsoft.KeyVault/vaults/secrets': /^[A-Za-z0-9-]{1,127}$/,
    'Microsoft.ManagedIdentity/userAssignedIdentities': /^[A-Za-z0-9][\w-]{2,127}$/,
    'Microsoft.Web/sites': /^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/,
    'Microsoft.Web/serverfarms': /^[\w-]{1,60}$/,
    'Microsoft.OperationalInsights/workspaces': /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    'Microsoft.Network/privateEndpoints': /^[A-Za-z0-9][\w.-]{0,62}\w$/,
  };

  it.each([
    ['keyturn', {}],
    ['the longest', EVERYTHING],
    ['the shortest', { name: 'kt1', mailTransport: 'vault' }],
  ])('are such as Azure takes: %s', (_, given) => {
    for (const { type, name } of deployed(given).resources)
      expect(name, type).toMatch(RULES[type] ?? /./);
  });

  it('can be chosen for a single resource', () => {
    const { outputs } = deployed({ names: { app: 'contoso-keyturn', vault: 'contoso-vault' } });
    expect(outputs).toMatchObject({
      appName: 'contoso-keyturn',
      publicUrl: 'https://contoso-keyturn.azurewebsites.net',
      vaultUrl: 'https://contoso-vault.vault.azure.net/',
    });
  });

  it.each([{ name: 'kt' }, { name: 'a-name-of-13-c' }, { keys: 'maybe' }, { unheardOf: 1 }])(
    'and values that cannot be are refused before anything is made: %j',
    (given) => {
      expect(() => deployed(given)).toThrow(/parameter/);
    },
  );
});

describe('deploying again', () => {
  it('without the secrets leaves what is in the vault, and goes on using it', () => {
    const { mailServer: _, teamsWebhookUrl: __, webhookSecrets: ___, ...later } = EVERYTHING;
    const again = deployed(later).resources;
    expect(of(again, 'Microsoft.KeyVault/vaults/secrets')).toEqual([]);
    expect(settingsOf(again)).toEqual(settingsOf(deployed(EVERYTHING).resources));
  });

  it('can bring back the vaults of an installation that was deleted', () => {
    const modes = (given: Record<string, unknown>) =>
      of(deployed({ ...EVERYTHING, ...given }).resources, 'Microsoft.KeyVault/vaults').map(
        ({ properties }) => properties['createMode'],
      );
    expect(modes({})).toEqual(['default', 'default']);
    expect(modes({ recoverVaults: true })).toEqual(['recover', 'recover']);
  });

  it('gives everything the same name', () => {
    const ids = () => deployed(EVERYTHING).resources.map(({ id }) => id);
    expect(ids()).toEqual(ids());
  });
});
