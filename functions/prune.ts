import { app } from '@azure/functions';
import { job } from '../shared/job.ts';

/** Removes what has been kept long enough (docs/retention.md). */
app.timer('prune', {
  schedule: '0 40 4 * * *',
  handler: job('prune', async ({ prune }) => ({ ...(await prune()) })),
});
