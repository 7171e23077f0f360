import { checkTenant, type CheckTenantDeps } from '../checks/check-tenant.ts';
import { finishRun } from '../checks/finish-run.ts';
import { partsOfRunId } from '../checks/run.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { noteTroubles, type NoteTroublesDeps } from './note-troubles.ts';
import { nightOver, type NightOverDeps } from './night-over.ts';
import { planAlerts, type PlanDeps } from './plan-alerts.ts';
import { planDone } from './plan-done.ts';

export interface WatchDeps
  extends
    Omit<CheckTenantDeps, 'thresholds'>,
    Omit<PlanDeps, 'lists'>,
    NightOverDeps,
    NoteTroublesDeps {
  runs: CheckTenantDeps['runs'];
  clock: CheckTenantDeps['clock'];
  findings: CheckTenantDeps['findings'];
  log: Log;
  /** What differs for a tenant. Throws `storage_unavailable`. */
  policyOf: (tenantId: string) => Promise<WatchPolicy>;
}

/** Whom to tell, and when, where nobody wrote it on the application. */
type WatchPolicy = Pick<PlanDeps, 'lists' | 'isQuiet'> & Pick<CheckTenantDeps, 'thresholds'>;

/**
 * One tenant's part of a night: check it, write down whom to tell and what went wrong, close the run, and, when it was the night's last
 * one, let the mails go. Each step is repeated safely, so whoever dies between two of them loses nothing: the queue or
 * the sweep starts it again. Throws `not_found` for an unknown run and `storage_unavailable`.
 */
export async function watchTenant(
  deps: WatchDeps,
  runId: string,
): Promise<{ status: string; planned: number }> {
  const parts = partsOfRunId(runId);
  if (parts === null) throw new AppError('not_found', `There is no run ${runId}.`);
  const { lists, thresholds, isQuiet } = await deps.policyOf(parts.tenantId);
  const { run, findings, signInTrouble } = await checkTenant({ ...deps, thresholds }, runId);
  if (signInTrouble !== null) {
    const { tenantId } = run;
    deps.log.warn('sign-in activity was not read whole', { tenantId, reason: signInTrouble });
  }
  const warnings = await planAlerts({ ...deps, lists, isQuiet }, run, findings);
  const notes = await planDone(deps, run, findings);
  await noteTroubles(deps, run);
  const finished = await finishRun(deps, run);
  await nightOver(deps, finished.nightId);
  if (finished.status === 'failed') {
    deps.log.error('a tenant could not be checked', {
      runId,
      tenantId: finished.tenantId,
      reasons: finished.reasons,
    });
  }
  return { status: finished.status, planned: warnings.planned + notes.planned };
}
