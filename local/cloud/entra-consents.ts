/** Whom a permission was granted to: one person, or everybody in the tenant. */
interface ConsentPlace {
  tenantId: string;
  clientId: string;
  /** The resource's application id. */
  resourceAppId: string;
}

/** What people and administrators agreed to, by client and resource: delegated permissions, and app roles. */
export interface Consents {
  /** Null for everybody in the tenant. */
  grant(place: ConsentPlace, userId: string | null, values: string[]): void;
  /** What a client may ask of a resource for this person: the person's own consent and the tenant's. */
  valuesFor(place: ConsentPlace, userId: string): Set<string>;
  /** Takes back what was agreed to for everybody. */
  withdraw(place: ConsentPlace): void;
  /** App roles that an administrator agreed to. */
  grantRoles(place: ConsentPlace, values: string[]): void;
  rolesFor(place: ConsentPlace): string[];
  /** Everything that a tenant agreed to for a client is gone, as when its enterprise application is deleted. */
  forgetClient(tenantId: string, clientId: string): void;
  /** Whether anybody of the tenant ever agreed to the client: then the client is known there. */
  isKnown(tenantId: string, clientId: string): boolean;
}

/** An empty record. */
export function createConsents(): Consents {
  const granted = new Map<string, Set<string>>();
  const roles = new Map<string, string[]>();
  const keyOf = ({ tenantId, clientId, resourceAppId }: ConsentPlace, userId: string | null) =>
    [tenantId, clientId, resourceAppId, userId ?? '*'].join('|').toLowerCase();
  const startOf = (tenantId: string, clientId: string) => `${tenantId}|${clientId}|`.toLowerCase();
  return {
    grant(place, userId, values) {
      const key = keyOf(place, userId);
      granted.set(key, new Set([...(granted.get(key) ?? []), ...values]));
    },
    withdraw: (place) => void granted.delete(keyOf(place, null)),
    grantRoles: (place, values) => void roles.set(keyOf(place, null), values),
    rolesFor: (place) => roles.get(keyOf(place, null)) ?? [],
    forgetClient(tenantId, clientId) {
      const start = startOf(tenantId, clientId);
      for (const known of [granted, roles])
        for (const key of known.keys()) if (key.startsWith(start)) known.delete(key);
    },
    isKnown(tenantId, clientId) {
      const start = startOf(tenantId, clientId);
      return [...granted.keys(), ...roles.keys()].some((key) => key.startsWith(start));
    },
    valuesFor: (place, userId) =>
      new Set([
        ...(granted.get(keyOf(place, userId)) ?? []),
        ...(granted.get(keyOf(place, null)) ?? []),
      ]),
  };
}
