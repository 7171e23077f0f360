/** ISO 8601 as Graph, `az` and PowerShell 7 write it: any number of fraction digits, Z, an offset, or no zone. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?)?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const HAS_TIME = /^.{10}[T ]/;

/**
 * The instant that an ISO 8601 text names; null for anything else, and for days that no calendar has (30 February).
 * A text without a zone is UTC, because Graph's dates are. Never leaves the decision to Date.parse alone, which turns
 * "key 1" into the year 2001.
 */
export function readIsoInstant(text: string): Date | null {
  const parts = ISO.exec(text);
  if (parts === null || !isCalendarDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return null;
  }
  const zoned = HAS_ZONE.test(text.slice(10)) || !HAS_TIME.test(text) ? text : `${text}Z`;
  const instant = new Date(zoned.length > 10 ? zoned.replace(' ', 'T') : zoned);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** True for a day that exists in the Gregorian calendar; months count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}
