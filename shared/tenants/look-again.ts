import type { Log } from '../log.ts';
import { mapLimited } from '../map-limited.ts';
import { probeTenant, type OnboardDeps } from './onboard-tenant.ts';

export interface LookAgainDeps extends Pick<OnboardDeps, 'tenants' | 'probe' | 'clock'> {
  log: Log;
}

/** A permission that was just agreed to takes minutes to count; a day later something else is wrong. */
const AGREED_MS = 24 * 3_600_000;
const AT_ONCE = 8;

/**
 * Looks at tenants that are waited for: `agreed`, those whose administrator came back from the page for consent within a
 * day; `all`, also those that may have agreed in some other way. Gives back how many are watched now.
 */
export async function lookAgain(deps: LookAgainDeps, which: 'agreed' | 'all'): Promise<number> {
  const now = deps.clock.now().getTime();
  const waiting = (await deps.tenants.list()).filter(
    ({ access, agreedAt }) =>
      access === 'waiting' &&
      (which === 'all' || (agreedAt !== null && now - Date.parse(agreedAt) < AGREED_MS)),
  );
  const probed = await mapLimited(waiting, AT_ONCE, async ({ tenantId }) => {
    const { ok } = await probeTenant(deps, tenantId);
    if (ok) deps.log.info('a tenant has agreed and is watched', { tenantId });
    return ok;
  });
  return probed.filter(Boolean).length;
}
