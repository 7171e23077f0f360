import type { PermissionId } from '../../shared/setup/permission-list.ts';
import type { Held } from '../../shared/setup/permission-probe.ts';
import type { SetupProbes } from '../../shared/setup/setup-report.ts';

/** Services that say yes to everything, but for what is given. */
export function probesThat(
  held: Partial<Record<PermissionId, Held>> = {},
  others: Partial<Omit<SetupProbes, 'look'>> = {},
): SetupProbes {
  return {
    look: async (id) => held[id] ?? { granted: true, said: null },
    surplus: async () => [],
    storage: async () => [{ kind: 'tables', problem: null }],
    clockSkewMs: async () => 400,
    ...others,
  };
}
