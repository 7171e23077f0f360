import { describe, expect, it } from 'vitest';
import { readSettings, type SettingFault, type Settings } from '../../shared/settings.ts';

const MINIMUM = {
  KEYTURN_PUBLIC_URL: 'http://localhost:7071',
  KEYTURN_HOME_TENANT: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
  KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
  KEYTURN_KEYS: 'on',
};
const TEAMS =
  'https://default7c0a.e0.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/5f1c/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s1gn4ture';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const HOOK = 'https://hooks.contoso.com/in?key=k3y';

function settingsWith(env: Record<string, string>): Settings {
  const read = readSettings({ ...MINIMUM, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

function faultsWith(env: Record<string, string>): SettingFault[] {
  const read = readSettings({ ...MINIMUM, ...env });
  return read.ok ? [] : read.faults;
}

describe('the Teams webhook', () => {
  it('is optional (facts 3 row 67: nothing crashes where it is not set up)', () => {
    expect(settingsWith({}).teams).toBeNull();
  });

  it('may be any https address with a sig (facts 3 row 68: the hosts changed and will again)', () => {
    const { teams } = settingsWith({ KEYTURN_TEAMS_WEBHOOK_URL: TEAMS });
    expect(teams).toEqual({ url: TEAMS.replace(':443', ''), isRetired: false });
    const { teams: tomorrow } = settingsWith({
      KEYTURN_TEAMS_WEBHOOK_URL: 'https://hooks.flows.example/x?sig=abc',
    });
    expect(tomorrow?.isRetired).toBe(false);
  });

  it('is known to be out of use on the old host (facts 3 row 68: logic.azure.com)', () => {
    const url = 'https://prod-12.westeurope.logic.azure.com:443/workflows/ab/triggers?sig=abc';
    expect(settingsWith({ KEYTURN_TEAMS_WEBHOOK_URL: url }).teams?.isRetired).toBe(true);
  });

  it.each([
    ['https://contoso.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d?sig=x', /connector/],
    ['https://outlook.office.com/webhook/a@b/IncomingWebhook/c/d?sig=x', /connector/],
    ['https://x.environment.api.powerplatform.com/powerautomate/invoke?api-version=1', /no sig/],
    ['https://x.environment.api.powerplatform.com/powerautomate/invoke?sig=', /no sig/],
    ['http://x.environment.api.powerplatform.com/invoke?sig=abc', /not an https address/],
    ['https://user:pass@x.example/?sig=abc', /not an https address/],
    ['@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/teams)', /Key Vault/],
  ])('is refused where it cannot work (facts 3 row 65): %s', (url, words) => {
    const faults = faultsWith({ KEYTURN_TEAMS_WEBHOOK_URL: url });
    expect(faults).toEqual([
      {
        name: 'KEYTURN_TEAMS_WEBHOOK_URL',
        fault: expect.stringMatching(words),
        fix: expect.stringMatching(/Workflows/),
      },
    ]);
    expect(JSON.stringify(faults)).not.toContain('sig=');
  });
});

describe('the generic webhook', () => {
  it('signs with several secrets at once', () => {
    const { webhook } = settingsWith({
      KEYTURN_WEBHOOK_URL: HOOK,
      KEYTURN_WEBHOOK_SECRETS: `${SECRET}, ${OTHER_SECRET},${SECRET}`,
    });
    expect(webhook).toEqual({ url: HOOK, secrets: [SECRET, OTHER_SECRET] });
  });

  it('needs a secret beside its address, and an address beside its secrets', () => {
    expect(faultsWith({ KEYTURN_WEBHOOK_URL: HOOK })).toMatchObject([
      { name: 'KEYTURN_WEBHOOK_SECRETS' },
    ]);
    expect(faultsWith({ KEYTURN_WEBHOOK_SECRETS: SECRET })).toMatchObject([
      { name: 'KEYTURN_WEBHOOK_URL' },
    ]);
  });

  it.each([
    'plain-text-secret',
    'whsec_short',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    `${SECRET},whsec_not base64`,
    '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/hook)',
  ])('takes no secret that is not one, and repeats none: %s', (secrets) => {
    const faults = faultsWith({ KEYTURN_WEBHOOK_URL: HOOK, KEYTURN_WEBHOOK_SECRETS: secrets });
    expect(faults).toMatchObject([{ name: 'KEYTURN_WEBHOOK_SECRETS' }]);
    expect(JSON.stringify(faults)).not.toMatch(/plain-text|whsec_(?!\$)[A-Za-z0-9]{3,}/);
  });
});

describe('alerts without mail', () => {
  it('may be live with another channel, and not with none', () => {
    const live = { KEYTURN_ALERTS: 'live' };
    expect(faultsWith(live)).toMatchObject([{ name: 'KEYTURN_MAIL_FROM' }]);
    expect(settingsWith({ ...live, KEYTURN_TEAMS_WEBHOOK_URL: TEAMS }).mail.transport).toBe('none');
  });

  it('cannot reach operations, who read mail', () => {
    const env = {
      KEYTURN_ALERTS: 'operations',
      KEYTURN_OPERATIONS_RECIPIENTS: 'operations@contoso.com',
      KEYTURN_TEAMS_WEBHOOK_URL: TEAMS,
    };
    expect(faultsWith(env)).toMatchObject([{ name: 'KEYTURN_MAIL_FROM' }]);
  });
});

describe('the mail server', () => {
  const from = 'keyturn@contoso.com';
  const mailWith = (transport: string) =>
    settingsWith({ KEYTURN_MAIL_FROM: from, KEYTURN_MAIL_TRANSPORT: transport }).mail;

  it.each([
    [
      'smtp://keyturn:p%40ss@smtp.office365.com:587',
      {
        host: 'smtp.office365.com',
        port: 587,
        encryption: 'startTls',
        user: 'keyturn',
        password: 'p@ss',
      },
    ],
    [
      'smtp://kt%40contoso.com:a%3Ab@mail.contoso.com',
      {
        host: 'mail.contoso.com',
        port: 587,
        encryption: 'startTls',
        user: 'kt@contoso.com',
        password: 'a:b',
      },
    ],
    [
      'smtps://u:p@mail.contoso.com',
      { host: 'mail.contoso.com', port: 465, encryption: 'tls', user: 'u', password: 'p' },
    ],
    [
      'smtp://relay.corp.local:25/',
      { host: 'relay.corp.local', port: 25, encryption: 'startTls', user: null, password: '' },
    ],
    [
      'smtp://localhost:1025',
      { host: 'localhost', port: 1025, encryption: 'none', user: null, password: '' },
    ],
  ])('%s needs encryption unless it is this machine', (text, smtp) => {
    expect(mailWith(text)).toEqual({ transport: 'smtp', from, smtp });
  });

  it.each([
    'ftp://u:c4n4ry@h',
    'smtp://user-without-c4n4ry@h',
    'smtp://u:c4n4ry@h/path',
    'smtp://u:c4n4ry@h?pool=true',
    'smtp://u:%c4n4ry@h',
    'smtp:u:c4n4ry',
    'exchange',
    '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/c4n4ry)',
  ])('is refused in one sentence that repeats nothing: %s', (transport) => {
    const faults = faultsWith({ KEYTURN_MAIL_FROM: from, KEYTURN_MAIL_TRANSPORT: transport });
    expect(faults).toMatchObject([{ name: 'KEYTURN_MAIL_TRANSPORT' }]);
    expect(JSON.stringify(faults)).not.toContain('c4n4ry');
  });

  it('needs a sender', () => {
    const faults = faultsWith({ KEYTURN_MAIL_TRANSPORT: 'smtp://u:p@h' });
    expect(faults).toMatchObject([{ name: 'KEYTURN_MAIL_FROM' }]);
  });
});
