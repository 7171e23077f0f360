import type { Queue } from '../storage/queue.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { planReport, type ReportDeps } from './plan-report.ts';
import { ALL_TENANTS, NO_NIGHT } from './scopes.ts';

/** Tells operations that the way back in was used (security rule 1), at once and whatever the mode. */
export async function announceMasterKey(
  deps: ReportDeps & { deliveries: Queue<DeliveryMessage> },
  name: string,
): Promise<void> {
  const at = deps.clock.now().toISOString();
  const item = {
    kind: 'masterKeyUsed',
    tenantId: ALL_TENANTS,
    tenantName: null,
    name,
    at,
  } as const;
  const planned = await planReport(deps, { id: `${name} ${at}`, nightId: NO_NIGHT, item });
  for (const partition of planned) await deps.deliveries.send({ partition });
}
