import { isHeldList } from '../credentials/held-credential.ts';
import type { RunStore } from './run-store.ts';
import type { Run } from './run.ts';

/**
 * Closes a run: to be called with what checkTenant gave back, once everything that follows from it (its alerts) is
 * written down. The pending row goes last, so that a crash at any point is found and repeated. Gives back the run as it
 * is kept: the first outcome that was written stays.
 */
export async function finishRun({ runs }: { runs: RunStore }, outcome: Run): Promise<Run> {
  const run = await runs.change(outcome.runId, () => outcome);
  if (run.status === 'complete' && run.counts !== null) {
    const { applications, servicePrincipals } = run.counts;
    const { runId, tenantId } = run;
    const lists = Object.fromEntries(
      Object.entries(run.coverage).flatMap(([list, { read }]) =>
        isHeldList(list) ? [[list, read]] : [],
      ),
    );
    await runs.keepPopulation(tenantId, { runId, applications, servicePrincipals, lists });
  }
  await runs.releaseTenant(run);
  await runs.pending.remove(run);
  return run;
}
