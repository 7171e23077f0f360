import { z } from 'zod';
import type { OpenTable } from '../storage/table.ts';
import { partitionOf, type Destination } from './ledger-keys.ts';
import { planReportRow } from './plan-report.ts';
import type { ReportItem } from './report-item.ts';
import {
  ALL_TENANTS,
  MAIL,
  NO_NIGHT,
  REPORTS,
  TEAMS,
  THE_TEAMS_CHANNEL,
  THE_WEBHOOK,
  WEBHOOK,
  type AlertMode,
} from './scopes.ts';
import type { TellDeps } from './tell-operations.ts';

/** A month in which every channel had its test message, or in which the installation began. */
const canarySchema = z.object({ at: z.iso.datetime() });

export interface CanaryDeps extends TellDeps {
  openTable: OpenTable;
  /** The mode in force. */
  mode: () => Promise<AlertMode>;
  channels: readonly string[];
}

/**
 * Sends one test message a month through each channel, so that somebody notices when a channel takes messages and shows
 * none: a flow whose owner has left still answers 202. To be called often; a month is done once, and the one in which
 * the installation is new is left out. Gives back how many messages were planned.
 */
export function canary(deps: CanaryDeps): () => Promise<number> {
  const months = deps.openTable('canaries', canarySchema);
  let doneMonth = '';
  return async () => {
    const at = deps.clock.now().toISOString();
    const month = at.slice(0, 7);
    if (month === doneMonth) return 0;
    const known: string[] = [];
    for await (const { row } of months.list(PARTITION)) known.push(row);
    const isDue = known.length > 0 && !known.includes(month);
    const planned = isDue ? await planMonth(deps, month, at) : 0;
    // Written down after the messages: who dies in between finds them planned.
    await months.insert(PARTITION, month, { at });
    doneMonth = month;
    return planned;
  };
}

const PARTITION = 'months';

async function planMonth(deps: CanaryDeps, month: string, at: string): Promise<number> {
  const about = { tenantId: ALL_TENANTS, tenantName: null };
  const item: ReportItem = { ...about, kind: 'channelTest', why: 'monthly', at };
  let planned = 0;
  for (const destination of destinationsOf(deps, await deps.mode())) {
    if (!(await planReportRow(deps, destination, { id: month, nightId: NO_NIGHT, item }))) continue;
    planned += 1;
    await deps.deliveries.send({ partition: partitionOf(destination) });
  }
  return planned;
}

/** Before alerts are live, nothing leaves but mail to operations. */
function destinationsOf({ channels, operations }: CanaryDeps, mode: AlertMode): Destination[] {
  const mails = operations.map((address) => ({ channel: MAIL, address, scope: REPORTS }));
  const others = [
    { channel: TEAMS, address: THE_TEAMS_CHANNEL, scope: REPORTS },
    { channel: WEBHOOK, address: THE_WEBHOOK, scope: REPORTS },
  ];
  return [...mails, ...(mode === 'live' ? others : [])].filter(({ channel }) =>
    channels.includes(channel),
  );
}
