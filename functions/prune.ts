import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';

/** Removes what has been kept long enough (docs/retention.md). */
app.timer('prune', {
  schedule: '0 40 4 * * *',
  handler: timerJob('prune', async ({ prune }) => ({ ...(await prune()) })),
});
