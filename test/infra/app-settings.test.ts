import { describe, expect, it } from 'vitest';
import { settingTexts } from '../../shared/setting-texts.ts';
import { flatSettings } from '../../shared/setting-list.ts';
import { readSettings } from '../../shared/settings.ts';
import { ofType, template } from '../support/arm-template.ts';

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

function appSettings(): Record<string, string> {
  const found = ofType('Microsoft.Web/sites/config').find(({ body }) =>
    body.name?.includes("'appsettings'"),
  );
  return (found?.body.properties ?? {}) as Record<string, string>;
}

describe('the settings of the app', () => {
  it('are every setting that the service reads, and of the platform only what is needed', () => {
    const product = Object.keys(flatSettings.shape).filter((name) => !NOT_ON_AZURE.includes(name));
    expect(Object.keys(appSettings()).sort()).toEqual([...product, ...PLATFORM].sort());
  });

  it('hold no key and no connection string of a storage account', () => {
    expect(Object.keys(appSettings())).not.toContain('AzureWebJobsStorage');
    expect(appSettings()['AzureWebJobsStorage__credential']).toBe('managedidentity');
    expect(appSettings()['KEYTURN_STORAGE__credential']).toBe('managedidentity');
    expect(JSON.stringify(appSettings())).not.toMatch(/AccountKey|listKeys|SharedAccess/i);
  });

  it('take secrets of channels from the vault only', () => {
    const settings = appSettings();
    for (const name of ['KEYTURN_TEAMS_WEBHOOK_URL', 'KEYTURN_WEBHOOK_SECRETS'])
      expect(settings[name], name).toMatch(/^\[if\(.*inVault\(/);
    expect(settings['KEYTURN_MAIL_TRANSPORT']).toMatch(/, 'vault'\), .*inVault\(/);
    expect(template.parameters['mailTransport']).toMatchObject({
      allowedValues: ['', 'graph', 'none', 'vault'],
    });
  });

  it('leave what is not chosen empty, which the service takes for not set', () => {
    const minimal = {
      KEYTURN_PUBLIC_URL: 'https://keyturn-abc123.azurewebsites.net',
      KEYTURN_CLOUD: 'public',
      KEYTURN_HOME_TENANT: '3f6c9a52-7f1e-4c1b-9d53-0d6f2f8f7a11',
      KEYTURN_STORAGE__blobServiceUri: 'https://keyturnabc123state.blob.core.windows.net/',
      KEYTURN_STORAGE__queueServiceUri: 'https://keyturnabc123state.queue.core.windows.net/',
      KEYTURN_STORAGE__tableServiceUri: 'https://keyturnabc123state.table.core.windows.net/',
      KEYTURN_STORAGE__credential: 'managedidentity',
      KEYTURN_STORAGE__clientId: 'aaaaaaaa-7f1e-4c1b-9d53-0d6f2f8f7a11',
      KEYTURN_VAULT_URL: 'https://keyturn-abc123-kv.vault.azure.net/',
      KEYTURN_MONITOR_CLIENT_ID: 'bbbbbbbb-7f1e-4c1b-9d53-0d6f2f8f7a11',
      KEYTURN_BROKER_CLIENT_ID: 'cccccccc-7f1e-4c1b-9d53-0d6f2f8f7a11',
    };
    const byParameter: Record<string, string> = {
      KEYTURN_TENANTS: 'tenants',
      KEYTURN_KEYS: 'keys',
      KEYTURN_CHECK_SCHEDULE: 'checkSchedule',
      KEYTURN_SIGN_IN_ACTIVITY: 'signInActivity',
      KEYTURN_TIME_ZONE: 'timeZone',
      KEYTURN_ALERTS: 'alerts',
      KEYTURN_THRESHOLD_DAYS: 'thresholdDays',
      KEYTURN_ALL_CLEAR: 'allClear',
    };
    const chosen = Object.fromEntries(
      Object.entries(byParameter).map(([name, parameter]) => [
        name,
        String(template.parameters[parameter]?.defaultValue),
      ]),
    );
    const untouched = Object.fromEntries(
      Object.keys(appSettings())
        .filter((name) => !(name in minimal) && !(name in chosen))
        .map((name) => [name, '']),
    );
    const read = readSettings({ ...untouched, ...chosen, ...minimal, WEBSITE_INSTANCE_ID: 'x' });
    expect(read.ok ? [] : read.faults).toEqual([]);
    expect(read).toMatchObject({ ok: true, settings: { alerts: { mode: 'preview' } } });
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
