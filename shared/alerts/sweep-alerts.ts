import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { isDue, type OpenRow } from './ledger-row.ts';
import type { NightOverDeps } from './night-over.ts';
import { mayLeave, NO_NIGHT, type AlertMode } from './scopes.ts';

export interface SweepDeps extends NightOverDeps {
  /** The mode in force. */
  mode: () => Promise<AlertMode>;
  /** What is planned for a channel that was switched off since waits. */
  channels: readonly string[];
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** A night that takes longer lets its mails go: late in two parts is better than not at all. */
const LONGEST_NIGHT_MS = 2 * 3_600_000;

/**
 * Finds what was planned and has not gone out: after a crash, a lost message, a refusal or a throttled sender, and for
 * a night whose last run never came to its end. One recipient's trouble does not keep the others waiting.
 */
export async function sweepAlerts(deps: SweepDeps): Promise<{ enqueued: number; failed: number }> {
  const nightIsOver = remembered((nightId) => deps.nightIsOver(nightId));
  let enqueued = 0;
  let failed = 0;
  for (const partition of await partitionsOf(deps)) {
    try {
      if (!(await hasWork(deps, partition, nightIsOver))) continue;
      await deps.deliveries.send({ partition });
      enqueued += 1;
    } catch (error) {
      failed += 1;
      deps.log.warn('a recipient was passed over by the sweep', {
        partition,
        reason: String(error),
      });
    }
  }
  return { enqueued, failed };
}

type NightIsOver = (nightId: string) => Promise<boolean>;

async function partitionsOf({ ledger }: SweepDeps): Promise<Set<string>> {
  const partitions = new Set<string>();
  for await (const { partition } of ledger.waiting()) partitions.add(partition);
  return partitions;
}

async function hasWork(
  deps: SweepDeps,
  partition: string,
  nightIsOver: NightIsOver,
): Promise<boolean> {
  const now = deps.clock.now();
  const rows = (await deps.ledger.openRows(partition)).map(({ value }) => value);
  const mode = await deps.mode();
  const due = rows.filter(
    (row) => isDue(row, now) && mayLeave(mode, row.scope) && deps.channels.includes(row.channel),
  );
  for (const row of due) {
    if (row.nightId === NO_NIGHT || isOverdue(row, now)) return true;
    if (await nightIsOver(row.nightId)) return true;
  }
  return false;
}

function isOverdue({ plannedAt }: OpenRow, now: Date): boolean {
  return now.getTime() - Date.parse(plannedAt) >= LONGEST_NIGHT_MS;
}

function remembered(ask: NightIsOver): NightIsOver {
  const answers = new Map<string, Promise<boolean>>();
  return (nightId) => {
    const answer = answers.get(nightId) ?? ask(nightId);
    answers.set(nightId, answer);
    return answer;
  };
}
