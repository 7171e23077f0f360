import { z } from 'zod';
import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import type { OpenTable } from '../storage/table.ts';
import { hashOf } from './ledger-keys.ts';
import { reasonSchema } from './reasons.ts';
import type { WhoIsTold } from './recipients.ts';
import { skippedSchema } from './skipped.ts';

const traceSchema = z.object({
  runId: z.string(),
  /** What it is pruned by. */
  at: z.iso.datetime(),
  findingId: z.string(),
  stage: z.number(),
  told: z.array(z.object({ address: z.string(), reason: reasonSchema })),
  skipped: z.array(skippedSchema),
});

/** Who was chosen for one finding at one stage, and who was passed over and why. */
type PlanTrace = z.infer<typeof traceSchema>;

/** Why a run chose whom it chose: what an admin asks when somebody heard nothing. */
export interface PlanTraceStore {
  /** To be called for what a run planned something for. Repeating it changes nothing. */
  keep(run: Run, finding: Finding & { stage: number }, who: WhoIsTold): Promise<void>;
  ofRun(runId: string): AsyncIterable<PlanTrace>;
}

/** Traces over table `alertplans`: partition = run, row = hash of finding and stage. */
export function planTraceStore(openTable: OpenTable, clock: Pick<Clock, 'now'>): PlanTraceStore {
  const table = openTable('alertplans', traceSchema);
  return {
    keep: async ({ runId }, { id, stage }, { told, skipped }) => {
      const row = hashOf([id, String(stage)]);
      await table.put(runId, row, {
        runId,
        at: clock.now().toISOString(),
        findingId: id,
        stage,
        told: told.map(({ address, reason }) => ({ address, reason })),
        skipped,
      });
    },
    ofRun: async function* (runId) {
      for await (const { value } of table.list(runId)) yield value;
    },
  };
}
