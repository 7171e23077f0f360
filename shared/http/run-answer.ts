import type { Run } from '../checks/run.ts';

/** One run as the API shows it (design §5, `GET /api/checks/{runId}`). */
export type RunAnswer = Omit<Run, 'nightId' | 'tenantName' | 'suspicious'>;

/** Shows the members of the contract and no others, whatever the stored record has besides. */
export function toRunAnswer(run: Run): RunAnswer {
  const { runId, tenantId, status, reasons, counts, coverage, startedAt, endedAt } = run;
  return { runId, tenantId, status, reasons, counts, coverage, startedAt, endedAt };
}
