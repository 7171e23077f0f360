import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';
import { scheduleAtLoad } from '../shared/settings.ts';

/** Starts the night: one queue message per tenant. */
app.timer('checkNightly', {
  schedule: scheduleAtLoad(),
  handler: timerJob('checkNightly', async ({ startNight }) => {
    const runs = await startNight('schedule');
    return { tenants: runs.length };
  }),
});
