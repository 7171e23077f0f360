import { DAY_MS } from '../expiry/status.ts';

/**
 * The nights of so many days from now on, one a day at the hour of the schedule (NCRONTAB). A schedule that names no
 * single minute and hour (a list, a step) counts from 02:00 UTC: a forecast is about days.
 */
export function nightsFrom(schedule: string, now: Date, days: number): Date[] {
  const fields = schedule.trim().split(/\s+/);
  const [minute, hour] = (fields.length === 5 ? fields : fields.slice(1)).map(Number);
  const first = new Date(now);
  first.setUTCHours(wholeOr(hour, DEFAULT_HOUR), wholeOr(minute, 0), 0, 0);
  if (first <= now) first.setTime(first.getTime() + DAY_MS);
  return Array.from({ length: days }, (_, day) => new Date(first.getTime() + day * DAY_MS));
}

const DEFAULT_HOUR = 2;

function wholeOr(value: number | undefined, otherwise: number): number {
  return value === undefined || !Number.isInteger(value) ? otherwise : value;
}
