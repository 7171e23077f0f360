import { nationalClouds } from './national-clouds.ts';
import { watchedHost } from './seed-vault.ts';
import type { World } from './world.ts';

/**
 * Names, how many versions, attributes; never a value. Of the secrets that the product keeps, or with `?vault=` of
 * everything in that vault, named by its name or host: the watched one, say, which is seeded.
 */
export function vaultView(world: World, wanted?: string): Record<string, unknown>[] {
  if (wanted === undefined) {
    const vaults = world.vaults.names().filter((vault) => vault !== watchedHost(world));
    return vaults.flatMap((vault) => secretsOf(world, vault));
  }
  const vault = wanted.includes('.')
    ? wanted.toLowerCase()
    : `${wanted.toLowerCase()}.${nationalClouds[world.cloudName].vaultSuffix}`;
  return [...secretsOf(world, vault), ...itemsOf(world, vault)];
}

function secretsOf({ vaults }: World, vault: string): Record<string, unknown>[] {
  return vaults.list(vault).map((secret) => ({
    vault,
    name: secret.name,
    versions: secret.versions.length,
    attributes: secret.versions.at(-1)?.attributes,
    contentType: secret.versions.at(-1)?.contentType ?? null,
    tags: secret.versions.at(-1)?.tags ?? {},
    deleted: secret.deletedAt !== null,
  }));
}

function itemsOf({ vaultItems }: World, vault: string): Record<string, unknown>[] {
  return (['certificates', 'keys'] as const).flatMap((kind) =>
    vaultItems.list({ vault, kind }).map(({ name, versions }) => ({
      vault,
      kind,
      name,
      versions: versions.length,
      attributes: versions.at(-1)?.attributes,
      tags: versions.at(-1)?.tags ?? {},
    })),
  );
}
