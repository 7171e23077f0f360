import { describe, expect, it } from 'vitest';
import { keyVaultKeptCertificates } from '../../shared/credentials/key-vault-kept-certificates.ts';
import { testCloud, type TestCloud } from '../support/local-cloud.ts';
import { vaultsOf } from '../support/vault-http.ts';

const CONTOSO = 'https://contoso-kv.vault.azure.net';
const FABRIKAM = 'https://fabrikam-kv.vault.azure.net';
const place = { vault: 'fabrikam-kv.vault.azure.net', kind: 'certificates' } as const;
const A = 'A7D3C4626B8A84FDA868CCC67D274D402FFD0A10';
const B = 'B7D3C4626B8A84FDA868CCC67D274D402FFD0A11';

function find(cloud: TestCloud, thumbprints: string[], vaultUrls = [FABRIKAM]) {
  const kept = keyVaultKeptCertificates({ ...vaultsOf(cloud), vaultUrls, maxRetries: 0 });
  return kept.find(thumbprints);
}

/** A vault whose certificate was renewed by itself on 10 September. */
function renewed(): TestCloud {
  const cloud = testCloud();
  const created = (text: string) => ({ created: new Date(text) });
  cloud.world.vaultItems.add(place, 'shop', { ...created('2026-01-10'), thumbprint: A });
  cloud.world.vaultItems.add(place, 'shop', { ...created('2026-09-10'), thumbprint: B });
  return cloud;
}

describe('the certificates of applications that a vault has too', () => {
  it('are found among the versions that were renewed in the vault, not on the application', async () => {
    expect([...(await find(renewed(), [A]))]).toEqual([
      [A, { vault: 'fabrikam-kv', name: 'shop', renewedAt: '2026-09-10T00:00:00.000Z' }],
    ]);
  });

  it('are as they should be while the application has the newest, which costs one call', async () => {
    const cloud = renewed();
    expect((await find(cloud, [B])).get(B)).toMatchObject({ renewedAt: null });
    expect(cloud.world.requests.list('fabrikam-kv.vault.azure.net').length).toBeLessThanOrEqual(2);
  });

  it('are looked for in the other vaults when one cannot be read', async () => {
    const cloud = renewed();
    cloud.world.faults.add({ host: 'contoso-kv.vault.azure.net', status: 403, times: 9 });
    expect((await find(cloud, [A], [CONTOSO, FABRIKAM])).has(A)).toBe(true);
  });

  it('are nobody’s where no vault has them', async () => {
    expect((await find(renewed(), ['C'.repeat(40)])).size).toBe(0);
  });
});
