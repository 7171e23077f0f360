import { Cron } from 'croner';
import { timeSpanMs } from './host-settings.ts';

export interface Schedule {
  /** The first occurrence after an instant, in UTC. */
  next(after: Date): Date;
  /** Occurrences closer than a minute: the host keeps no status of these (facts: useMonitor). */
  isSubMinute: boolean;
}

// NCRONTAB knows numbers, names, lists, ranges and steps; what croner knows beyond (L, W, #, ?, @daily) it refuses.
const field = /^[0-9A-Za-z*,/-]+$/;
const names =
  /\b(?!(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)\b)[A-Za-z]+/i;

/**
 * A timer's schedule: NCRONTAB of six fields (five: second 0) or a TimeSpan. Throws RangeError with the reason when it
 * is neither. @see Microsoft Learn: "Timer trigger for Azure Functions", NCRONTAB expressions
 */
export function parseSchedule(text: string): Schedule {
  const spanMs = timeSpanMs(text);
  if (spanMs !== null) {
    if (spanMs === 0) throw new RangeError(`schedule "${text}" is empty`);
    return {
      next: (after) => new Date(after.getTime() + spanMs),
      isSubMinute: spanMs < 60_000,
    };
  }
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6 || !fields.every((part) => field.test(part)) || names.test(text))
    throw new RangeError(`schedule "${text}" is not an NCRONTAB expression of six fields`);
  const cron = parseCron(fields.join(' '));
  const next = (after: Date): Date => {
    const found = cron.nextRun(after);
    if (found === null) throw new RangeError(`schedule "${text}" never occurs`);
    return found;
  };
  const first = next(new Date(0));
  return { next, isSubMinute: next(first).getTime() - first.getTime() < 60_000 };
}

function parseCron(pattern: string): Cron {
  try {
    // NCRONTAB: day of month AND day of week.
    return new Cron(pattern, { mode: '6-part', timezone: 'UTC', domAndDow: true, paused: true });
  } catch (cause) {
    throw new RangeError(`schedule "${pattern}" is not an NCRONTAB expression`, { cause });
  }
}
