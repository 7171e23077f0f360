import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings, scheduleAtLoad, settingsTable, type Settings } from '../shared/settings.ts';

const TENANT = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';
const OTHER = '11111111-2222-0333-4444-555555555555';

const local = {
  KEYTURN_PUBLIC_URL: 'http://localhost:7071',
  KEYTURN_HOME_TENANT: TENANT,
  KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
  KEYTURN_KEYS: 'on',
};

const azure = {
  KEYTURN_PUBLIC_URL: 'https://keyturn.contoso.com/',
  KEYTURN_HOME_TENANT: TENANT.toUpperCase(),
  KEYTURN_STORAGE__blobServiceUri: 'https://acct.blob.core.windows.net/',
  KEYTURN_STORAGE__queueServiceUri: 'https://acct.queue.core.windows.net',
  KEYTURN_STORAGE__tableServiceUri: 'https://acct.table.core.windows.net',
  KEYTURN_STORAGE__credential: 'managedidentity',
  KEYTURN_API_AUDIENCE: `api://${OTHER}`,
  WEBSITE_INSTANCE_ID: 'abc',
};

function settingsOf(env: Record<string, string | undefined>): Settings {
  const result = readSettings(env);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.settings;
}

function faultsOf(env: Record<string, string | undefined>): string[] {
  const result = readSettings(env);
  return result.ok ? [] : result.faults.map(({ name }) => name);
}

describe('readSettings', () => {
  it('needs four settings locally and fills in the rest', () => {
    expect(settingsOf(local)).toEqual({
      publicUrl: 'http://localhost:7071',
      cloud: expect.objectContaining({ name: 'public', graphUrl: 'https://graph.microsoft.com' }),
      homeTenantId: TENANT,
      watchedVaults: [],
      tenantIds: [TENANT],
      storage: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
      monitorClientId: null,
      tenantsClientId: null,
      broker: null,
      access: { audience: null, keys: true },
      checks: { schedule: '0 0 2 * * *', signInActivity: false, selfRenewingNames: [] },
      timeZone: 'UTC',
      alerts: {
        mode: 'preview',
        thresholds: { days: [60, 30, 14, 7, 3, 1, 0], byType: {} },
        fallback: [],
        escalation: [],
        operations: [],
        recipientDomains: null,
      },
      mail: { transport: 'none' },
      teams: null,
      webhook: null,
      allClear: false,
      allowedHosts: [],
      tokensPerMinute: 30_000,
    });
  });

  it('reads the addresses of the state account on Azure, with an identity', () => {
    const settings = settingsOf(azure);
    expect(settings.publicUrl).toBe('https://keyturn.contoso.com');
    expect(settings.homeTenantId).toBe(TENANT);
    expect(settings.storage).toEqual({
      kind: 'identity',
      blobUrl: 'https://acct.blob.core.windows.net',
      queueUrl: 'https://acct.queue.core.windows.net',
      tableUrl: 'https://acct.table.core.windows.net',
      clientId: null,
    });
    expect(settings.access).toEqual({ audience: OTHER, keys: false });
  });

  it('understands lists, whatever the spacing, and keeps each entry once', () => {
    const settings = settingsOf({
      ...local,
      KEYTURN_TENANTS: ` home, ${OTHER} ,${TENANT}`,
      KEYTURN_THRESHOLD_DAYS: '7, 30,0,7',
      KEYTURN_FALLBACK_RECIPIENTS: 'a@contoso.example,b@contoso.example',
      KEYTURN_RECIPIENT_DOMAINS: 'Contoso.example',
      KEYTURN_ALLOWED_HOSTS: 'erp.corp.local',
    });
    expect(settings.tenantIds).toEqual([TENANT, OTHER]);
    expect(settings.alerts.thresholds).toEqual({ days: [30, 7, 0], byType: {} });
    expect(settings.alerts.fallback).toEqual(['a@contoso.example', 'b@contoso.example']);
    expect(settings.alerts.recipientDomains).toEqual(['contoso.example']);
    expect(settings.allowedHosts).toEqual(['erp.corp.local']);
  });

  it('takes other thresholds for a kind of credential', () => {
    const { alerts } = settingsOf({
      ...local,
      KEYTURN_THRESHOLD_DAYS: '60,30; certificate=60,14 ;keyVaultSecret=7;',
    });
    expect(alerts.thresholds).toEqual({
      days: [60, 30],
      byType: { certificate: [60, 14], keyVaultSecret: [7] },
    });
    for (const bad of [
      '60;password=30',
      '60;certificate=61',
      '60;certificate=',
      ';certificate=7',
    ]) {
      expect(faultsOf({ ...local, KEYTURN_THRESHOLD_DAYS: bad }), bad).toEqual([
        'KEYTURN_THRESHOLD_DAYS',
      ]);
    }
  });

  it('sends through Graph as soon as there is a mailbox, unless told not to', () => {
    const from = 'keyturn@contoso.example';
    expect(settingsOf({ ...local, KEYTURN_MAIL_FROM: from }).mail).toEqual({
      transport: 'graph',
      from,
    });
    expect(
      settingsOf({ ...local, KEYTURN_MAIL_FROM: from, KEYTURN_MAIL_TRANSPORT: 'none' }).mail,
    ).toEqual({ transport: 'none' });
  });

  it('reports every fault at once, each with its fix and none with its value', () => {
    const secret = 'c4n4ry';
    const result = readSettings({
      KEYTURN_PUBLIC_URL: `https://x.example/${secret}`,
      KEYTURN_CLOUD: secret,
      KEYTURN_TENANTS: `home,${secret}`,
      KEYTURN_STORAGE: secret,
      KEYTURN_API_AUDIENCE: secret,
      KEYTURN_CHECK_SCHEDULE: secret,
      KEYTURN_TIME_ZONE: secret,
      KEYTURN_ALERTS: secret,
      KEYTURN_THRESHOLD_DAYS: '90',
      KEYTURN_MAIL_FROM: secret,
      KEYTURN_MAIL_TRANSPORT: `pop3://u:${secret}@h`,
      KEYTURN_OPERATIONS_RECIPIENTS: `a@b.example,${secret}`,
      KEYTURN_ALLOWED_HOSTS: `https://${secret}/`,
    });
    if (result.ok) throw new Error('the settings were accepted');
    expect(result.faults.map(({ name }) => name)).toEqual([
      'KEYTURN_PUBLIC_URL',
      'KEYTURN_CLOUD',
      'KEYTURN_HOME_TENANT',
      'KEYTURN_TENANTS',
      'KEYTURN_STORAGE',
      'KEYTURN_API_AUDIENCE',
      'KEYTURN_CHECK_SCHEDULE',
      'KEYTURN_TIME_ZONE',
      'KEYTURN_ALERTS',
      'KEYTURN_THRESHOLD_DAYS',
      'KEYTURN_MAIL_FROM',
      'KEYTURN_MAIL_TRANSPORT',
      'KEYTURN_OPERATIONS_RECIPIENTS',
      'KEYTURN_ALLOWED_HOSTS',
    ]);
    expect(JSON.stringify(result)).not.toContain(secret);
    for (const { fault, fix } of result.faults) {
      expect(fault).toMatch(/\.$/);
      expect(fix).toMatch(/\.$/);
    }
  });

  it('counts an empty value as absent', () => {
    expect(faultsOf({ ...local, KEYTURN_HOME_TENANT: ' ' })).toEqual(['KEYTURN_HOME_TENANT']);
  });

  it('refuses an installation that nobody could enter', () => {
    expect(faultsOf({ ...local, KEYTURN_KEYS: undefined })).toEqual(['KEYTURN_API_AUDIENCE']);
    expect(faultsOf({ ...local, KEYTURN_KEYS: 'off' })).toEqual(['KEYTURN_API_AUDIENCE']);
  });

  it('speaks plain http to storage on this machine only', () => {
    const azurite = (blobHost: string) =>
      `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Zm9v;BlobEndpoint=http://${blobHost}:10000/a;QueueEndpoint=http://localhost:10001/a;TableEndpoint=http://[::1]:10002/a`;
    const faultsWith = (storage: string) => faultsOf({ ...local, KEYTURN_STORAGE: storage });
    expect(faultsWith(azurite('127.0.0.1'))).toEqual([]);
    expect(faultsWith('DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9v')).toEqual([]);
    for (const plain of [
      azurite('storage.example'),
      azurite('localhost.example'),
      azurite('127.0.0.1@storage.example'),
      azurite('localhost:1@storage.example'),
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Zm9v',
      'BlobEndpoint=HTTP://storage.example;SharedAccessSignature=sig',
      'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://storage.example',
    ]) {
      expect(faultsWith(plain), plain).toEqual(['KEYTURN_STORAGE']);
    }
  });

  it('wants exactly one kind of storage, whole', () => {
    expect(faultsOf({ ...local, KEYTURN_STORAGE: undefined })).toEqual(['KEYTURN_STORAGE']);
    expect(faultsOf({ ...azure, KEYTURN_STORAGE: 'UseDevelopmentStorage=true' })).toEqual([
      'KEYTURN_STORAGE',
    ]);
    expect(faultsOf({ ...azure, KEYTURN_STORAGE__tableServiceUri: undefined })).toEqual([
      'KEYTURN_STORAGE__tableServiceUri',
    ]);
  });

  it('does not go live without a way to tell anybody', () => {
    expect(faultsOf({ ...local, KEYTURN_ALERTS: 'live' })).toEqual(['KEYTURN_MAIL_FROM']);
    expect(faultsOf({ ...local, KEYTURN_ALERTS: 'live', KEYTURN_MAIL_TRANSPORT: 'none' })).toEqual(
      [],
    );
    expect(
      faultsOf({ ...local, KEYTURN_ALERTS: 'operations', KEYTURN_MAIL_TRANSPORT: 'none' }),
    ).toEqual(['KEYTURN_OPERATIONS_RECIPIENTS']);
  });

  it.each([
    'http://keyturn.example',
    'https://keyturn.example/app',
    'https://u:p@keyturn.example',
    'keyturn.example',
    'https://keyturn.example/?a=b',
  ])('refuses %s as its public address', (url) => {
    expect(faultsOf({ ...local, KEYTURN_PUBLIC_URL: url })).toEqual(['KEYTURN_PUBLIC_URL']);
  });

  it.each([
    'AZURE_AUTHORITY_HOST',
    'https_proxy',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_OPTIONS',
    'NODE_DEBUG',
    'AZURE_CLIENT_SECRET',
  ])('stops on Azure when %s is set, and only there', (name) => {
    expect(faultsOf({ ...azure, [name]: 'x' })).toEqual([name]);
    expect(faultsOf({ ...local, [name]: 'x' })).toEqual([]);
    expect(
      faultsOf({ ...azure, [name]: 'x', KEYTURN_ACCEPTED_ENVIRONMENT: `OTHER,${name}` }),
    ).toEqual([]);
  });

  it('facts 3 row 76: refuses a time zone of the process, and says where to put it', () => {
    expect(faultsOf({ ...local, TZ: 'Europe/Berlin' })).toEqual(['TZ']);
    expect(faultsOf({ ...azure, WEBSITE_TIME_ZONE: 'W. Europe Standard Time' })).toEqual([
      'WEBSITE_TIME_ZONE',
    ]);
    expect(faultsOf({ ...local, TZ: 'UTC' })).toEqual([]);
  });
});

describe('local.settings.sample.json', () => {
  it('holds settings with which the service starts', () => {
    const { Values } = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as {
      Values: Record<string, string>;
    };
    expect(faultsOf(Values)).toEqual([]);
  });
});

describe('scheduleAtLoad', () => {
  it('always answers a schedule that the host can read', () => {
    expect(scheduleAtLoad({})).toBe('0 0 2 * * *');
    expect(scheduleAtLoad({ KEYTURN_CHECK_SCHEDULE: 'at night' })).toBe('0 0 2 * * *');
    expect(scheduleAtLoad({ KEYTURN_CHECK_SCHEDULE: '0 0 4 * * *' })).toBe('0 0 4 * * *');
  });
});

describe('settingsTable', () => {
  it('has a row for every setting', () => {
    const table = settingsTable();
    expect(table).toContain('| `KEYTURN_CHECK_SCHEDULE` | `0 0 2 * * *` |');
    expect(table).toContain('| `KEYTURN_STORAGE__tableServiceUri` |');
    expect(
      table
        .trimEnd()
        .split('\n')
        .every((row) => row.split('|').length === 5),
    ).toBe(true);
  });

  it('takes a vault of its own cloud only: the vault says where the token of the identity goes', () => {
    const vault = (KEYTURN_VAULT_URL: string, KEYTURN_CLOUD = 'public') => ({
      ...local,
      KEYTURN_VAULT_URL,
      KEYTURN_CLOUD,
    });
    expect(settingsOf(vault('https://keyturn.vault.azure.net/')).broker).toEqual({
      vaultUrl: 'https://keyturn.vault.azure.net',
      clientId: null,
    });
    for (const url of [
      'https://keyturn.vault.azure.net.evil.example',
      'https://vault.azure.net',
      'https://a.b.vault.azure.net',
      'https://keyturn.vault.azure.cn',
      'http://keyturn.vault.azure.net',
      'https://keyturn.vault.azure.net/secrets',
    ])
      expect(faultsOf(vault(url))).toEqual(['KEYTURN_VAULT_URL']);
    expect(faultsOf(vault('https://keyturn.vault.azure.cn', 'china'))).toEqual([]);
  });
});
