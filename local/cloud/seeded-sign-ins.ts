import { findByAppId, type Directory, type GraphObject } from './directory.ts';
import { seedConnections } from './seed-connection-bodies.ts';
import type { World } from './world.ts';

const CLIENTS = new Set(
  Object.values(seedConnections).map(({ clientId }) => clientId.toLowerCase()),
);

/**
 * What a seeded connection signs in as, when a test has replaced the directory and named nothing of it: it stands in no
 * list, and goes on working, as long as the connection is there. A directory that names the application decides itself.
 */
export function seededRegistration(
  clientId: string,
  { world, directory }: { world: World; directory: Directory },
): { application: GraphObject; home: Directory } | undefined {
  const { seeded } = world;
  if (directory.tenantId !== seeded.tenantId || !CLIENTS.has(clientId.toLowerCase()))
    return undefined;
  const application = findByAppId(seeded.applications, clientId);
  if (application === undefined) return undefined;
  return {
    application: { ...application, passwordCredentials: lasting(application) },
    home: seeded,
  };
}

/** Where the account of a refresh token is looked for: with the application, where only the seed knows both. */
export function directoryOfAccount(
  { appId, userId }: { appId: string; userId: string },
  { world, directory }: { world: World; directory: Directory },
): Directory {
  const isDecided =
    directory.users.indexOf(userId) >= 0 ||
    findByAppId(directory.applications, appId) !== undefined;
  return isDecided || seededRegistration(appId, { world, directory }) === undefined
    ? directory
    : world.seeded;
}

function lasting({ passwordCredentials }: GraphObject): Record<string, unknown>[] {
  const secrets = Array.isArray(passwordCredentials) ? passwordCredentials : [];
  return secrets.map((secret: Record<string, unknown>) => ({
    ...secret,
    endDateTime: '2999-12-31T00:00:00Z',
  }));
}
