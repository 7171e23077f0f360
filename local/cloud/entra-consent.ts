import type { Directory, GraphObject } from './directory.ts';
import type { WantedOfResource } from './entra-authorize-request.ts';
import { isAdministrator } from './entra-users.ts';
import type { World } from './world.ts';

/** A client that wants permissions of resources in a tenant. */
export interface ConsentQuestion {
  world: World;
  directory: Directory;
  request: { clientId: string; wanted: WantedOfResource[] };
}

/** Whether all that is wanted was agreed to: by this person, or for everybody. */
export function isConsented(question: ConsentQuestion, user: GraphObject): boolean {
  return question.request.wanted.every((wanted) => {
    const values = consentedValues(question, wanted.resourceAppId, user.id);
    if (wanted.isDefault) return values.size > 0;
    return wanted.permissions.every(({ value }) => values.has(value));
  });
}

/** The permissions of a resource that the client may use for a person. */
export function consentedValues(
  { world, directory, request }: ConsentQuestion,
  resourceAppId: string,
  userId: string,
): Set<string> {
  const place = { tenantId: directory.tenantId, clientId: request.clientId, resourceAppId };
  return world.entra.consents.valuesFor(place, userId);
}

/** Whether a person may answer for themselves, also for everybody, or not at all. */
export function rightToConsent(
  { directory, request }: ConsentQuestion,
  user: GraphObject,
): 'person' | 'personOrTenant' | 'none' {
  if (isAdministrator(user, directory)) return 'personOrTenant';
  const needsAdmin = request.wanted.some(({ permissions }) =>
    permissions.some(({ isAdminOnly }) => isAdminOnly),
  );
  return needsAdmin ? 'none' : 'person';
}

/** Remembers that a person, or with null everybody, agreed. */
export function rememberConsent(
  { world, directory, request }: ConsentQuestion,
  userId: string | null,
): void {
  const { tenantId } = directory;
  for (const { resourceAppId, permissions } of request.wanted) {
    const place = { tenantId, clientId: request.clientId, resourceAppId };
    const values = permissions.map(({ value }) => value);
    world.entra.consents.grant(place, userId, values);
  }
}
