import { describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/settings.ts';

function vaultsOf(text: string, cloud = 'public') {
  const read = readSettings({
    KEYTURN_PUBLIC_URL: 'https://keyturn.example',
    KEYTURN_HOME_TENANT: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
    KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
    KEYTURN_KEYS: 'on',
    KEYTURN_CLOUD: cloud,
    KEYTURN_WATCHED_VAULTS: text,
  });
  return read.ok ? read.settings.watchedVaults : read.faults.map(({ name }) => name);
}

describe('KEYTURN_WATCHED_VAULTS', () => {
  it('takes names, hosts and addresses, each vault once', () => {
    expect(
      vaultsOf('Contoso-KV, https://contoso-kv.vault.azure.net/ ,fabrikam-kv.vault.azure.net'),
    ).toEqual(['https://contoso-kv.vault.azure.net', 'https://fabrikam-kv.vault.azure.net']);
    expect(vaultsOf('')).toEqual([]);
  });

  it('completes a name with the suffix of its cloud', () => {
    expect(vaultsOf('contoso-kv', 'usGov')).toEqual(['https://contoso-kv.vault.usgovcloudapi.net']);
    expect(vaultsOf('contoso-kv', 'china')).toEqual(['https://contoso-kv.vault.azure.cn']);
  });

  it.each([
    ['https://contoso-kv.vault.usgovcloudapi.net', 'another cloud'],
    ['https://contoso-kv.vault.azure.net.evil.example', 'another host'],
    ['http://contoso-kv.vault.azure.net', 'no https'],
    ['https://user@contoso-kv.vault.azure.net', 'a user in it'],
    ['https://contoso-kv.vault.azure.net:8443', 'a port'],
    ['https://contoso-kv.managedhsm.azure.net', 'a managed HSM'],
    ['contoso--kv', 'no name of a vault'],
    ['contoso-kv,../x', 'one bad entry of two'],
  ])('refuses %s: %s', (text) => {
    expect(vaultsOf(text)).toEqual(['KEYTURN_WATCHED_VAULTS']);
  });
});
