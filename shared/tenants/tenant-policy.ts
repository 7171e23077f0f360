import type { Thresholds } from '../expiry/thresholds.ts';
import type { TenantStore } from './tenant-store.ts';

/** Whom to tell about a tenant, and when, where nobody wrote it on the application. */
export interface TenantPolicy {
  lists: {
    fallback: readonly string[];
    escalation: readonly string[];
    operations: readonly string[];
  };
  thresholds: Thresholds;
  /** Null: the tenant's verified domains, where they can be read. */
  recipientDomains: readonly string[] | null;
  /** Its owners are not told yet: operations are, instead of them. */
  isQuiet: boolean;
}

/**
 * The policy of each tenant: the installation's, with what differs for the tenant put over it. Operations are always the
 * installation's own. Throws `storage_unavailable`.
 */
export function tenantPolicies(
  store: Pick<TenantStore, 'get'>,
  common: TenantPolicy,
): (tenantId: string) => Promise<TenantPolicy> {
  return async (tenantId) => {
    const row = await store.get(tenantId);
    if (row === null) return common;
    const { recipients, thresholds, alerts } = row.value;
    return {
      lists: {
        ...common.lists,
        fallback: recipients.fallback ?? common.lists.fallback,
        escalation: recipients.escalation ?? common.lists.escalation,
      },
      thresholds: thresholds ?? common.thresholds,
      recipientDomains: recipients.domains ?? common.recipientDomains,
      isQuiet: alerts === 'operations',
    };
  };
}
