import { finishRun } from './finish-run.ts';
import type { Night } from './night.ts';
import { isEnded, type Run } from './run.ts';
import { launchNight, type StartNightDeps } from './start-night.ts';

interface ResumeOptions {
  stuckAfterMs?: number;
  /** Called with a run that is given up before it is closed: what must follow from it is written down there. */
  closing?: ((run: Run) => Promise<void>) | undefined;
}

export interface Resumed {
  /** Runs whose message was sent again. */
  resent: string[];
  /** Runs that were tried too often and are `failed` now: their nights may be over. */
  givenUp: Run[];
  /** Nights whose launch was finished. */
  relaunched: string[];
}

/** Longer than a check of a large tenant takes; each delivery of its message counts as a sign of life. */
const STUCK_AFTER_MS = 15 * 60_000;
/** Sends of one run's message; the queue tries each several times. */
const MAX_SENDS = 5;
/** Older nights that never got off the ground are left alone: later ones have checked their tenants. */
const MAX_NIGHT_AGE_MS = 48 * 3_600_000;

/**
 * Takes up what a crash or a lost message left behind: launches nights that were not launched to the end, sends the
 * message of runs again that showed no sign of life, and fails those that were tried too often. May run at any time
 * and on several instances at once.
 */
export async function resumeStuckRuns(
  deps: StartNightDeps,
  { stuckAfterMs = STUCK_AFTER_MS, closing }: ResumeOptions = {},
): Promise<Resumed> {
  const resumed: Resumed = { resent: [], givenUp: [], relaunched: [] };
  const nowMs = deps.clock.now().getTime();
  const isStuck = (since: string) => nowMs - Date.parse(since) >= stuckAfterMs;

  for (const night of await unlaunched(deps, nowMs)) {
    if (!isStuck(night.startedAt)) continue;
    await launchNight(deps, night);
    resumed.relaunched.push(night.nightId);
  }
  for await (const row of deps.runs.pending.all()) {
    const { runId, sentAt, sends } = row.value;
    if (!isStuck(sentAt)) continue;
    if (sends >= MAX_SENDS) {
      const run = await giveUp(deps, runId, closing);
      if (run !== null) resumed.givenUp.push(run);
    } else if (await deps.runs.pending.take(row, deps.clock.now())) {
      await deps.queue.send({ runId });
      resumed.resent.push(runId);
    }
  }
  return resumed;
}

async function unlaunched({ runs }: StartNightDeps, nowMs: number): Promise<Night[]> {
  const found: Night[] = [];
  for await (const night of runs.nights.newestFirst()) {
    if (nowMs - Date.parse(night.startedAt) > MAX_NIGHT_AGE_MS) break;
    if (!night.launched) found.push(night);
  }
  return found;
}

async function giveUp(
  { runs, clock }: StartNightDeps,
  runId: string,
  closing: ResumeOptions['closing'],
): Promise<Run | null> {
  const run = await runs.get(runId);
  if (run === null) return null;
  const failed: Run = {
    ...run,
    status: 'failed',
    reasons: [
      `The check was started ${MAX_SENDS} times and never came to its end. Look for errors of checkTenant in this app's log, then start the check again.`,
    ],
    endedAt: clock.now().toISOString(),
  };
  if (!isEnded(run)) await closing?.(failed);
  return finishRun({ runs }, failed);
}
