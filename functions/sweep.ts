import { app } from '@azure/functions';
import { job } from '../shared/job.ts';

/** Takes up what a crash, a lost message or a busy channel left behind. */
app.timer('sweep', {
  schedule: '30 */5 * * * *',
  handler: job('sweep', async ({ sweep }) => ({ ...(await sweep()) })),
});
