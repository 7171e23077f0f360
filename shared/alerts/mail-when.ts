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

/** The same where a new secret was made, and nobody can see whether it was entered everywhere. */
export function doubted(words: string): string {
  return words.replace(/^stops/, 'may stop').replace(/^stopped/, 'may have stopped');
}

interface Local {
  weekday: string;
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

function ending({ weekday, date, time, city, days }: Local, leftMs: number): When {
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
  return { full: `stops ${date}, ${time} (${city}), ${away}`, brief, rank, tone };
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
  return {
    weekday: end.weekday,
    date: `${end.weekday} ${end.day} ${end.month}${year}`,
    time: `${end.hour}:${end.minute}`,
    city: (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' '),
    days: Math.round((dayNumber(end) - dayNumber(today)) / DAY_MS),
  };
}

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
