import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';
import { scheduleAtLoad } from '../shared/settings.ts';

/** Starts the night: one queue message per tenant. */
app.timer('checkNightly', {
  schedule: scheduleAtLoad(),
  handler: timerJob('checkNightly', async ({ settings, startNight }) => {
    const runs = await startNight({ tenantIds: settings.tenantIds, reason: 'schedule' });
    return { tenants: runs.length };
  }),
});
