import { reasonOf } from '../failure-text.ts';
import type { Log } from '../log.ts';
import type { Queue } from '../storage/queue.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { planReport, type ReportDeps } from './plan-report.ts';
import type { ReportItem } from './report-item.ts';
import { ALL_TENANTS, NO_NIGHT } from './scopes.ts';

export interface AnnounceDeps extends ReportDeps {
  deliveries: Queue<DeliveryMessage>;
  log: Log;
}

/** What a connect link led to, and who had made it. */
export interface UsedLink {
  connectionId: string;
  /** Of the sign-in, in the words of authorization-request.ts. */
  result: string;
  issuedBy: string;
}

const INSTALLATION = { tenantId: ALL_TENANTS, tenantName: null } as const;

/** Tells operations that the way back in was used (security rule 1), at once and whatever the mode. Never throws. */
export async function announceMasterKey(deps: AnnounceDeps, name: string): Promise<void> {
  const at = deps.clock.now().toISOString();
  await announce(deps, { ...INSTALLATION, kind: 'masterKeyUsed', name, at });
}

/** Tells operations that somebody signed in with a link (security rule 7), and whether they have to act. Never throws. */
export async function announceLinkUsed(deps: AnnounceDeps, used: UsedLink): Promise<void> {
  const at = deps.clock.now().toISOString();
  await announce(deps, { ...INSTALLATION, kind: 'connectLinkUsed', ...used, at });
}

type Announced = Extract<ReportItem, { kind: 'masterKeyUsed' | 'connectLinkUsed' }>;

/** What happened is not undone because nobody could be told of it. */
async function announce(deps: AnnounceDeps, item: Announced): Promise<void> {
  const about = item.kind === 'masterKeyUsed' ? item.name : item.connectionId;
  try {
    const planned = await planReport(deps, { id: `${about} ${item.at}`, nightId: NO_NIGHT, item });
    for (const partition of planned) await deps.deliveries.send({ partition });
  } catch (error) {
    const reason = reasonOf(error);
    deps.log.error('operations could not be told', { kind: item.kind, about, reason });
  }
}
