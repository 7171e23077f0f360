import { app } from '@azure/functions';
import { timerJob } from '../shared/job.ts';

/** Keeps sign-ins alive, and removes what deleted connections left behind. */
app.timer('keepAlive', {
  // Four times a day, away from the full hour at which everybody's timers ask.
  schedule: '0 17 */6 * * *',
  handler: timerJob('keepAlive', ({ keepAlive }) => keepAlive()),
});
