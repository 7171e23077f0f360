import { describe, expect, it } from 'vitest';
import { settingTexts } from '../../shared/settings/setting-texts.ts';
import { flatSettings } from '../../shared/settings/setting-list.ts';
import { readSettings } from '../../shared/settings.ts';
import { deployed, EVERYTHING, settingsOf } from '../support/arm-scenarios.ts';
import { template } from '../support/arm-template.ts';

/** Local: a connection string holds a key, and the host would prefer it to the identity. */
const NOT_ON_AZURE = ['KEYTURN_STORAGE'];

const PLATFORM = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];

/** On Flex Consumption they are properties of the app. */
const DEDICATED = [
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_RUNTIME',
  'WEBSITE_RUN_FROM_PACKAGE',
];

const appSettings = (given: Record<string, unknown> = {}) => settingsOf(deployed(given).resources);

describe('the settings of the app', () => {
  it('are every setting that the service reads, and of the platform only what is needed', () => {
    const product = Object.keys(flatSettings.shape).filter((name) => !NOT_ON_AZURE.includes(name));
    expect(Object.keys(appSettings()).sort()).toEqual([...product, ...PLATFORM].sort());
    expect(Object.keys(appSettings({ plan: 'dedicated' })).sort()).toEqual(
      [...product, ...PLATFORM, ...DEDICATED].sort(),
    );
  });

  it('hold no key and no connection string of a storage account', () => {
    expect(Object.keys(appSettings())).not.toContain('AzureWebJobsStorage');
    expect(appSettings()['AzureWebJobsStorage__credential']).toBe('managedidentity');
    expect(appSettings()['KEYTURN_STORAGE__credential']).toBe('managedidentity');
    expect(JSON.stringify(appSettings())).not.toMatch(/AccountKey|listKeys|SharedAccess/i);
  });

  it('take secrets of channels from the vault only', () => {
    const settings = appSettings(EVERYTHING);
    for (const name of [
      'KEYTURN_MAIL_TRANSPORT',
      'KEYTURN_TEAMS_WEBHOOK_URL',
      'KEYTURN_WEBHOOK_SECRETS',
    ])
      expect(settings[name], name).toMatch(/^@Microsoft\.KeyVault\(SecretUri=https:/);
    expect(template.parameters['mailTransport']).toMatchObject({
      allowedValues: ['', 'graph', 'none', 'vault'],
    });
  });

  it('leave what is not chosen empty, which the service takes for not set', () => {
    const settings = appSettings();
    const empty = Object.keys(settings).filter((name) => settings[name] === '');
    expect(empty).toContain('KEYTURN_MAIL_FROM');
    expect(readSettings(settings)).toMatchObject({
      ok: true,
      settings: { mail: { transport: 'none' } },
    });
  });

  it('can each be given from the environment under its own name', async () => {
    const { readFile } = await import('node:fs/promises');
    const parameters = await readFile(
      new URL('../../infra/main.bicepparam', import.meta.url),
      'utf8',
    );
    const made = /^KEYTURN_(STORAGE|VAULT_URL|MONITOR|BROKER|HOME_TENANT|WATCHED_VAULTS|URL$|KEY$)/;
    for (const name of Object.keys(settingTexts).filter((name) => !made.test(name)))
      expect(parameters, name).toContain(`readEnvironmentVariable('${name}'`);
  });
});
