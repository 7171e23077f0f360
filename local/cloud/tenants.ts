import type { Directory } from './directory.ts';
import type { World } from './world.ts';

/** The directory of a tenant by its id or verified domain, ignoring case. */
export function directoryOf(world: World, tenant: string): Directory | undefined {
  const name = tenant.toLowerCase();
  return (
    world.directories.get(name) ??
    [...world.directories.values()].find(({ verifiedDomain }) => verifiedDomain === name)
  );
}
