import type { WalkedCredential } from '../shared/checks/walk.ts';
import { DAY_MS } from '../shared/expiry/status.ts';
import { plural } from './number-words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * When a credential ends, as people say it: "Stopped 16 days ago", "Ends today, Fri 14:32 UTC", "Ends Sun 31 Jan 2027
 * (in 12 days)". Days are UTC days, as in the portal's exports.
 */
export function whenText({ status, startsAt, expiresAt }: WalkedCredential, now: Date): string {
  if (status === 'neverExpires') return 'Never ends';
  if (status === 'unknownExpiry' || expiresAt === null) return 'End unknown';
  const leftMs = expiresAt.getTime() - now.getTime();
  if (status === 'expired') return `Stopped ${spanText(-leftMs)} ago`;
  const end = endText(expiresAt, now);
  if (status !== 'notYetValid' || startsAt === null) return end;
  return `${end}, starts ${dayText(startsAt)}`;
}

/** `Sun 31 Jan 2027`, in UTC; names of our own, because those of Intl differ between versions of Node. */
export function dayText(at: Date): string {
  const month = MONTHS[at.getUTCMonth()] ?? '';
  return `${weekdayOf(at)} ${String(at.getUTCDate())} ${month} ${String(at.getUTCFullYear())}`;
}

/** `2027-01-31 14:32 UTC` */
export function instantText(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function weekdayOf(at: Date): string {
  return WEEKDAYS[at.getUTCDay()] ?? '';
}

function endText(expiresAt: Date, now: Date): string {
  const isToday = expiresAt.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  if (isToday) {
    return `Ends today, ${weekdayOf(expiresAt)} ${expiresAt.toISOString().slice(11, 16)} UTC`;
  }
  return `Ends ${dayText(expiresAt)} (in ${spanText(expiresAt.getTime() - now.getTime())})`;
}

function spanText(ms: number): string {
  if (ms < MINUTE_MS) return 'less than a minute';
  if (ms < HOUR_MS) return plural(Math.floor(ms / MINUTE_MS), 'minute');
  if (ms < DAY_MS) return plural(Math.floor(ms / HOUR_MS), 'hour');
  return plural(Math.floor(ms / DAY_MS), 'day');
}
