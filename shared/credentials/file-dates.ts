import { isCalendarDay, readIsoInstant } from './instant.ts';

/** What a date in a file turned out to be. `unproven`: day and month could be either way round, so nobody guesses. */
export type DateReading =
  | { kind: 'instant'; at: Date }
  | { kind: 'none' }
  | { kind: 'unreadable' }
  | { kind: 'unproven'; reason: string };

/** A text from one column (or JSON member) of a file. */
export interface DateCell {
  column: string;
  text: string;
}

/** Reads the dates of one file; what proves the order of day and month was gathered from the whole file before. */
export interface DateReader {
  read(cell: DateCell): DateReading;
}

/**
 * Learns from a file's dates whether it writes the day or the month first: 27/9/2023 proves it for its column, and for
 * columns without a proof of their own. Contradicting proofs prove nothing. A date that is the same both ways (9/9/2023)
 * needs none. Dots are day first unless the file proves otherwise: no locale writes the month first with dots.
 */
export function createDateReader(cells: Iterable<DateCell>): DateReader {
  const proofs = new Map<string, Set<Order>>();
  for (const cell of cells) {
    const parts = numericParts(cell.text.trim());
    const order = parts === null ? null : orderProvedBy(parts);
    if (parts === null || order === null) continue;
    addProof(proofs, keyOf(cell.column, parts.separator), order);
    addProof(proofs, keyOf('', parts.separator), order);
  }
  return { read: (cell) => readDate(cell, proofs) };
}

type Order = 'dayFirst' | 'monthFirst';

interface NumericParts {
  first: number;
  second: number;
  year: number;
  separator: string;
  time: Time | null;
}

interface Time {
  milliseconds: number;
}

const MONTHS =
  'january february march april may june july august september october november december'.split(
    ' ',
  );
/** ConvertTo-Json of Windows PowerShell; the stray backslashes come from JSON that was escaped twice. */
const SERIAL_DATE = /^\\*\/Date\((-?\d{1,17})(?:[+-]\d{4})?\)\\*\/$/i;
const NUMERIC = /^(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:,?\s+(.+))?$/;
const YEAR_FIRST = /^(\d{4})([./-])\s?(\d{1,2})\2\s?(\d{1,2})\.?(?:,?\s+(.+))?$/;
const DAY_NAME_MONTH =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]([a-z]{3,9})\.?,?[\s-](\d{4})(?:,?\s+(.+))?$/i;
const NAME_MONTH_DAY =
  /^(?:[a-z]{3,9},?\s+)?([a-z]{3,9})\.?\s(\d{1,2}),?\s(\d{4})(?:,?\s+(?:at\s)?(.+))?$/i;
const TIME =
  /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?(?:\s*([ap])\.?\s?m\.?)?(?:\s*(?:Z|UTC|GMT|\+00:?00))?$/i;

function readDate(cell: DateCell, proofs: Map<string, Set<Order>>): DateReading {
  const text = cell.text.trim();
  if (text === '') return { kind: 'none' };
  const plain = readIsoInstant(text) ?? readSerialDate(text) ?? readNamedDate(text);
  if (plain !== null) return { kind: 'instant', at: plain };
  const parts = numericParts(text);
  if (parts === null) return { kind: 'unreadable' };
  return readNumericDate(parts, orderOf(cell.column, parts, proofs));
}

function readNumericDate(parts: NumericParts, order: Order | null): DateReading {
  const written = `${parts.first}${parts.separator}${parts.second}${parts.separator}${parts.year}`;
  if (parts.year < 100) return { kind: 'unproven', reason: `${written} has a year of two digits` };
  const dayFirst = instantOf([parts.year, parts.second, parts.first], parts.time);
  const monthFirst = instantOf([parts.year, parts.first, parts.second], parts.time);
  if (order === null && dayFirst !== null && monthFirst !== null) {
    const reason = `${written} can be ${dayOf(dayFirst)} or ${dayOf(monthFirst)}, and nothing in the file shows which comes first, day or month`;
    return { kind: 'unproven', reason };
  }
  const at = order === 'monthFirst' ? monthFirst : order === 'dayFirst' ? dayFirst : null;
  return at === null ? { kind: 'unreadable' } : { kind: 'instant', at };
}

function orderOf(
  column: string,
  parts: NumericParts,
  proofs: Map<string, Set<Order>>,
): Order | null {
  if (parts.first === parts.second) return 'dayFirst';
  const own = proofs.get(keyOf(column, parts.separator));
  const decided = own ?? proofs.get(keyOf('', parts.separator));
  if (decided === undefined) return parts.separator === '.' ? 'dayFirst' : null;
  const [order, other] = [...decided];
  return other === undefined ? (order ?? null) : null;
}

function orderProvedBy({ first, second, year }: NumericParts): Order | null {
  if (first > 12 && isCalendarDay(year, second, first)) return 'dayFirst';
  if (second > 12 && isCalendarDay(year, first, second)) return 'monthFirst';
  return null;
}

function numericParts(text: string): NumericParts | null {
  const match = NUMERIC.exec(text);
  const [, first, separator, second, year, time] = match ?? [];
  if (first === undefined || separator === undefined) return null;
  const read = readTime(time);
  if (read === 'unreadable') return null;
  return {
    first: Number(first),
    second: Number(second),
    year: Number(year),
    separator,
    time: read,
  };
}

function readSerialDate(text: string): Date | null {
  const milliseconds = SERIAL_DATE.exec(text)?.[1];
  if (milliseconds === undefined) return null;
  const at = new Date(Number(milliseconds));
  return Number.isNaN(at.getTime()) ? null : at;
}

function readNamedDate(text: string): Date | null {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null)
    return fromTexts([yearFirst[1], yearFirst[3], yearFirst[4]], yearFirst[5]);
  const dayName = DAY_NAME_MONTH.exec(text);
  if (dayName !== null) return fromTexts([dayName[3], monthOf(dayName[2]), dayName[1]], dayName[4]);
  const nameDay = NAME_MONTH_DAY.exec(text);
  if (nameDay !== null) return fromTexts([nameDay[3], monthOf(nameDay[1]), nameDay[2]], nameDay[4]);
  return null;
}

function fromTexts(day: (string | undefined)[], time: string | undefined): Date | null {
  const [year = 0, month = 0, date = 0] = day.map(Number);
  const read = readTime(time);
  return read === 'unreadable' ? null : instantOf([year, month, date], read);
}

/** English names only: short or whole, nothing that merely begins like one. */
function monthOf(name: string | undefined): string {
  const written = (name ?? '').toLowerCase();
  return String(MONTHS.findIndex((month) => month.startsWith(written)) + 1);
}

function readTime(text: string | undefined): Time | null | 'unreadable' {
  if (text === undefined) return null;
  const match = TIME.exec(text.trim());
  if (match === null) return 'unreadable';
  const [, hourText, minuteText, secondText = '0', half] = match;
  const hour = hourOf(Number(hourText), half?.toLowerCase());
  const minute = Number(minuteText);
  const second = Number(secondText);
  if (hour === null || minute > 59 || second > 59) return 'unreadable';
  return { milliseconds: ((hour * 60 + minute) * 60 + second) * 1000 };
}

function hourOf(written: number, half: string | undefined): number | null {
  if (half === undefined) return written > 23 ? null : written;
  if (written < 1 || written > 12) return null;
  return (written % 12) + (half === 'p' ? 12 : 0);
}

function instantOf([year, month, day]: [number, number, number], time: Time | null): Date | null {
  if (!isCalendarDay(year, month, day)) return null;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return new Date(at.getTime() + (time?.milliseconds ?? 0));
}

function dayOf(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(at);
}

function addProof(proofs: Map<string, Set<Order>>, key: string, order: Order): void {
  const known = proofs.get(key);
  if (known === undefined) proofs.set(key, new Set([order]));
  else known.add(order);
}

function keyOf(column: string, separator: string): string {
  return `${separator}${column}`;
}
