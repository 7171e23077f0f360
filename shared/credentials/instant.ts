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
  return readUsualInstant(text) ?? readAnyInstant(text);
}

/** True for a day that exists in the Gregorian calendar; months count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0));
}

const DAYS_OF_MONTHS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function readAnyInstant(text: string): Date | null {
  const parts = ISO.exec(text);
  if (parts === null || !isCalendarDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return null;
  }
  const zoned = HAS_ZONE.test(text.slice(10)) || !HAS_TIME.test(text) ? text : `${text}Z`;
  const instant = new Date(zoned.length > 10 ? zoned.replace(' ', 'T') : zoned);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

const HYPHEN = 0x2d;
const UPPER_T = 0x54;
const COLON = 0x3a;
const FULL_STOP = 0x2e;
const UPPER_Z = 0x5a;
const SECONDS_END = 19;
const MAX_FRACTION_DIGITS = 12;
/** Date.UTC takes smaller years for years of the twentieth century. */
const FIRST_FULL_YEAR = 100;

/**
 * `YYYY-MM-DDTHH:MM:SS[.fraction]Z`, as Graph writes nearly every date, without a pattern: a tenant has hundreds of
 * thousands, and the pattern took a third of a scan. Null where the text has another form: then the pattern decides.
 */
function readUsualInstant(text: string): Date | null {
  if (!hasUsualSeparators(text)) return null;
  const year = pairAt(text, 0) * 100 + pairAt(text, 2);
  const month = pairAt(text, 5);
  const day = pairAt(text, 8);
  const hour = pairAt(text, 11);
  const minute = pairAt(text, 14);
  const second = pairAt(text, 17);
  const millisecond = millisecondOf(text);
  // NaN, of what is no digit, fails each comparison.
  const isTime = hour < 24 && minute < 60 && second < 60 && millisecond >= 0;
  if (!isTime || !(year >= FIRST_FULL_YEAR) || !isCalendarDay(year, month, day)) return null;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
}

function hasUsualSeparators(text: string): boolean {
  return (
    text.charCodeAt(10) === UPPER_T &&
    text.charCodeAt(4) === HYPHEN &&
    text.charCodeAt(7) === HYPHEN &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

/** The fraction's first three digits, as Date cuts it; NaN where the text does not end as the usual form does. */
function millisecondOf(text: string): number {
  const end = text.length - 1;
  if (text.charCodeAt(end) !== UPPER_Z) return Number.NaN;
  if (end === SECONDS_END) return 0;
  const digits = end - SECONDS_END - 1;
  const isFraction = text.charCodeAt(SECONDS_END) === FULL_STOP;
  if (!isFraction || digits < 1 || digits > MAX_FRACTION_DIGITS) return Number.NaN;
  let [millisecond, weight] = [0, 100];
  for (let index = SECONDS_END + 1; index < end; index += 1) {
    millisecond += digitAt(text, index) * Math.trunc(weight);
    weight /= 10;
  }
  return millisecond;
}

function pairAt(text: string, index: number): number {
  return digitAt(text, index) * 10 + digitAt(text, index + 1);
}

function digitAt(text: string, index: number): number {
  const digit = text.charCodeAt(index) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}
