import { app } from '@azure/functions';
import { z } from 'zod';
import { job } from '../shared/job.ts';
import { CHECKS_QUEUE, STORAGE_CONNECTION } from '../shared/queue-names.ts';

const message = z.object({ runId: z.string() });

/** Checks one tenant and writes down whom to tell. */
app.storageQueue('checkTenant', {
  queueName: CHECKS_QUEUE,
  connection: STORAGE_CONNECTION,
  handler: job('checkTenant', async ({ watchTenant }, input: unknown) => {
    const { runId } = message.parse(input);
    return { runId, ...(await watchTenant(runId)) };
  }),
});
