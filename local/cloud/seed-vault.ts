import { installation } from './installation.ts';
import { nationalClouds } from './national-clouds.ts';
import { stableThumbprint } from './stable-id.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

/** The host of the vault that the local installation watches. */
export function watchedHost({ cloudName }: Pick<World, 'cloudName'>): string {
  return `${installation.watchedVault}.${nationalClouds[cloudName].vaultSuffix}`;
}

/**
 * What others keep in the watched vault, with dates relative to `start`: a password and a key that end, a certificate
 * that the vault renewed while the application still has the old one, a secret without a date, and a disabled one.
 */
export function seedVault(
  { vaults, vaultItems, cloudName }: Pick<World, 'vaults' | 'vaultItems' | 'cloudName'>,
  start: Date,
) {
  const day = (days: number) => new Date(start.getTime() + days * DAY_MS);
  const seconds = (days: number) => Math.floor(day(days).getTime() / 1000);
  const vault = watchedHost({ cloudName });
  const certificates = { vault, kind: 'certificates' } as const;
  const secret = (name: string, change: Parameters<typeof vaults.add>[2]) =>
    vaults.add({ vault, name }, 'a value that Keyturn never asks for', change);
  secret('sftp-fabrikam-password', {
    nbf: seconds(-340),
    exp: seconds(25),
    tags: { 'keyturn:notify': 'dagny.lund@contoso.example', used: 'nightly price list' },
  });
  secret('warehouse-connection-string', {});
  secret('old-carrier-token', { nbf: seconds(-400), exp: seconds(5), enabled: false });
  vaultItems.add({ vault, kind: 'keys' }, 'invoice-signing', {
    created: day(-690),
    notBefore: day(-690),
    expires: day(40),
  });
  // The application “Intranet Search” has the first of these; the vault made the second by itself.
  vaultItems.add(certificates, 'intranet-search', {
    created: day(-352),
    notBefore: day(-352),
    expires: day(13),
    thumbprint: stableThumbprint('CN=intranet-search', -352),
  });
  vaultItems.add(certificates, 'intranet-search', {
    created: day(-77),
    notBefore: day(-77),
    expires: day(288),
    thumbprint: stableThumbprint('CN=intranet-search', -77),
  });
}

/** The watched vault goes with the seeded tenant: whoever brings a directory of their own finds it empty. */
export function emptyVault({
  vaults,
  vaultItems,
  cloudName,
}: Pick<World, 'vaults' | 'vaultItems' | 'cloudName'>): void {
  const vault = watchedHost({ cloudName });
  for (const { name } of vaults.list(vault)) vaults.purge(vault, name);
  vaultItems.clear(vault);
}
