import { Cron } from 'croner';

/**
 * The latest instant at or before `now` on which an NCRONTAB schedule (check-schedule.ts) was due; null for one that
 * never is, such as 30 February. Schedules are in UTC, so no clock is set forward or back in them.
 */
export function previousDue(schedule: string, now: Date): Date | null {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  const cron = new Cron(fields.join(' '), {
    mode: '6-part',
    timezone: 'UTC',
    // NCRONTAB: day of month AND day of week, and "5/10" means from 5 on.
    domAndDow: true,
    sloppyRanges: true,
    paused: true,
  });
  // croner looks before its reference.
  const nextSecond = new Date((Math.floor(now.getTime() / 1_000) + 1) * 1_000);
  const [due = null] = cron.previousRuns(1, nextSecond);
  return due;
}
