import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';
import { scheduleAtLoad } from '../shared/settings.ts';

/** Starts the night: one queue message per tenant. */
app.timer('checkNightly', {
  schedule: scheduleAtLoad(),
  handler: timerJob('checkNightly', async ({ startNight, tenants }) => {
    const runs = await startNight('schedule');
    // After the start, which must not wait for tenants that may never agree.
    return { tenants: runs.length, agreed: await tenants.lookAgain('all') };
  }),
});
