import { app } from '@azure/functions';
import { z } from 'zod';
import { job } from '../shared/job.ts';
import { DELIVERIES_QUEUE, STORAGE_CONNECTION } from '../shared/queue-names.ts';

const message = z.object({ partition: z.string() });

/** Sends one recipient what waits for them, as one message. */
app.storageQueue('deliverAlerts', {
  queueName: DELIVERIES_QUEUE,
  connection: STORAGE_CONNECTION,
  handler: job('deliverAlerts', async ({ deliverAlerts }, input: unknown) => {
    const { partition } = message.parse(input);
    return { partition, ...(await deliverAlerts(partition)) };
  }),
});
