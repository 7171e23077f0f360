import { DAY_MS } from '../expiry/status.ts';

export interface When {
  /** "stops Sun 31 Jan, 14:32 (Berlin), in 12 days" */
  full: string;
  /** "stops Sun 31 Jan": for a subject line. */
  brief: string;
  /** Nearest first: what stops next, then what stopped last. */
  rank: number;
  tone: 'ended' | 'soon' | 'later';
}

/**
 * When something ends, in the words and the time zone of people. Days are counted as calendar days there: what ends
 * tomorrow morning ends tomorrow, however few hours that is.
 */
export function whenOf(expiresAt: string | null, now: Date, timeZone: string): When {
  const end = expiresAt === null ? Number.NaN : Date.parse(expiresAt);
  if (Number.isNaN(end)) {
    return { full: 'stops at an unknown time', brief: 'has no end date', rank: 0, tone: 'later' };
  }
  const local = localOf(new Date(end), now, timeZone);
  const leftMs = end - now.getTime();
  return leftMs <= 0 ? ended(local, -leftMs) : ending(local, leftMs);
}

/** "Wed 25 Nov, 03:00 (Berlin)": an instant as people name it. */
export function momentWords(instant: string, now: Date, timeZone: string): string {
  const { date, time, city } = localOf(new Date(instant), now, timeZone);
  return `${date}, ${time} (${city})`;
}

/** "Sun 31 Jan", in the time zone of people and with the year where it is not this one. */
export function dayOf(at: string, { now, timeZone }: { now: Date; timeZone: string }): string {
  return localOf(new Date(at), now, timeZone).date;
}

/** The same where a new secret was made, and nobody can see whether it was entered everywhere. */
export function doubted(words: string): string {
  return words.replace(/^stops/, 'may stop').replace(/^stopped/, 'may have stopped');
}

interface Local {
  weekday: string;
  /** The Friday before a weekend: ", a weekend: do it by Fri 29 Jan"; empty for other days. */
  weekend: string;
  /** "Sun 31 Jan", with the year where it is not this one. */
  date: string;
  time: string;
  city: string;
  /** Calendar days from today; negative before. */
  days: number;
}

const SOON_MS = 7 * DAY_MS;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function ending(local: Local, leftMs: number): When {
  const { weekday, date, time, city, days, weekend } = local;
  const tone = leftMs <= SOON_MS ? 'soon' : 'later';
  const rank = leftMs;
  if (days === 0) {
    return {
      full: `stops today, ${weekday} ${time} (${city})`,
      brief: `stops today ${time}`,
      rank,
      tone,
    };
  }
  const away = days === 1 ? 'tomorrow' : `in ${days} days`;
  const brief = days === 1 ? `stops tomorrow, ${date}` : `stops ${date}`;
  return { full: `stops ${date}, ${time} (${city}), ${away}${weekend}`, brief, rank, tone };
}

function ended({ weekday, date, time, city, days }: Local, agoMs: number): When {
  const base = { rank: AFTER_ALL_ENDING + agoMs, tone: 'ended' } as const;
  const brief = days === 0 ? `stopped today ${time}` : `stopped ${date}`;
  if (agoMs < HOUR_MS) {
    const minutes = Math.max(1, Math.floor(agoMs / MINUTE_MS));
    return { ...base, full: `stopped ${counted(minutes, 'minute')} ago`, brief };
  }
  if (agoMs < DAY_MS) {
    const ago = counted(Math.floor(agoMs / HOUR_MS), 'hour');
    return { ...base, full: `stopped ${ago} ago, ${weekday} ${time} (${city})`, brief };
  }
  const ago = counted(-days, 'day');
  return { ...base, full: `stopped ${date}, ${time} (${city}), ${ago} ago`, brief };
}

/** Later than any end date that a warning can have. */
const AFTER_ALL_ENDING = 1_000_000 * DAY_MS;

function localOf(at: Date, now: Date, timeZone: string): Local {
  const end = partsOf(at, timeZone);
  const today = partsOf(now, timeZone);
  const year = end.year === today.year ? '' : ` ${end.year}`;
  const days = Math.round((dayNumber(end) - dayNumber(today)) / DAY_MS);
  return {
    weekday: end.weekday,
    weekend: weekendOf(end, days),
    date: `${end.weekday} ${end.day} ${end.month}${year}`,
    time: `${end.hour}:${end.minute}`,
    city: (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' '),
    days,
  };
}

/** Nobody is at work then to do something about it, and who reads this on a Friday should know. */
function weekendOf(end: Parts, days: number): string {
  const sinceFriday = DAYS_SINCE_FRIDAY[end.weekday];
  if (sinceFriday === undefined) return '';
  if (days < sinceFriday) return ', a weekend';
  if (days === sinceFriday) return ', a weekend: do it today';
  // Counted in days of the calendar: a change of clocks makes a weekend longer or shorter than its hours.
  const friday = partsOf(new Date(dayNumber(end) - sinceFriday * DAY_MS), 'UTC');
  return `, a weekend: do it by ${friday.weekday} ${friday.day} ${friday.month}`;
}

const DAYS_SINCE_FRIDAY: Record<string, number> = { Sat: 1, Sun: 2 };

type Parts = Record<'weekday' | 'day' | 'month' | 'year' | 'hour' | 'minute', string>;

function partsOf(at: Date, timeZone: string): Parts {
  const parts: Parts = { weekday: '', day: '', month: '', year: '', hour: '', minute: '' };
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) {
    if (type in parts) parts[type as keyof Parts] = value;
  }
  return parts;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function dayNumber({ day, month, year }: Parts): number {
  return Date.parse(`${day} ${month.slice(0, 3)} ${year} 00:00:00 UTC`);
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
