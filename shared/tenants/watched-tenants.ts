import type { TenantStore } from './tenant-store.ts';

/** The ids of all tenants that are checked: those of the settings, then those that were added and agreed, each once. */
export type WatchedTenants = () => Promise<string[]>;

/** Reads one page of a table. Throws `storage_unavailable`. */
export function watchedTenants(
  store: Pick<TenantStore, 'list'>,
  fixed: readonly string[],
): WatchedTenants {
  return async () => {
    const added = (await store.list())
      .filter(({ access }) => access !== 'waiting')
      .map(({ tenantId }) => tenantId);
    return [...new Set([...fixed, ...added])];
  };
}
