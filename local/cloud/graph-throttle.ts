import { GraphFault } from './graph-error.ts';
import type { World } from './world.ts';

/** Counts a call to a collection; throws GraphFault 429 when the minute's share is used up. */
export type CollectionThrottle = (tenantId: string, collection: string) => void;

/**
 * "There's a limit of 150 requests per minute for each tenant" where keyCredentials is selected (Microsoft Learn,
 * "List applications" and "List servicePrincipals"). Counted in real time, so that a turned clock changes nothing.
 */
export function createCollectionThrottle(
  world: World,
  monotonicMs: () => number,
): CollectionThrottle {
  const calls = new Map<string, number[]>();
  return (tenantId, collection) => {
    const limit = world.keyCredentialsPerMinute;
    if (limit === null) return;
    const now = monotonicMs();
    const key = `${tenantId}/${collection}`;
    const recent = (calls.get(key) ?? []).filter((at) => at > now - MINUTE_MS);
    calls.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) {
      throw tooManyRequests(Math.ceil((oldest + MINUTE_MS - now) / 1000));
    }
    recent.push(now);
  };
}

const MINUTE_MS = 60_000;

function tooManyRequests(seconds: number): GraphFault {
  const headers = {
    'retry-after': String(Math.max(1, seconds)),
    'x-ms-throttle-scope': 'Tenant_Application/ReadWrite',
    'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
  };
  return new GraphFault(
    { status: 429, code: 'TooManyRequests', headers },
    'Too many requests. Please retry again later.',
  );
}
