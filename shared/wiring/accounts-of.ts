import { tenantKey } from '../checks/run.ts';
import type { SignedIn } from '../connections/connection-status.ts';
import type { Account } from '../credentials/account.ts';
import type { MonitorParts } from './monitor-parts.ts';

/** The accounts behind sign-ins, as far as their tenants are watched. Never throws. */
export function accountsOf({
  watched,
  directoryOf,
}: Pick<MonitorParts, 'watched' | 'directoryOf'>): (person: SignedIn) => Promise<Account | null> {
  return async ({ tenantId, objectId }) => {
    if (tenantId === null || objectId === null) return null;
    try {
      if (!(await watched()).includes(tenantKey(tenantId))) return null;
      return (await directoryOf(tenantKey(tenantId)).account?.(objectId)) ?? null;
    } catch {
      // The next keep-alive looks again.
      return null;
    }
  };
}
