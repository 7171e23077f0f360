import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';

/** Takes up what a crash, a lost message or a busy channel left behind. */
app.timer('sweep', {
  schedule: '30 */5 * * * *',
  handler: timerJob('sweep', async ({ sweep }) => ({ ...(await sweep()) })),
});
