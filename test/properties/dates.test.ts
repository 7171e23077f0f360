import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateReader } from '../../shared/credentials/file-dates.ts';
import { isCalendarDay, readIsoInstant } from '../../shared/credentials/instant.ts';
import { anyInstant } from '../support/arbitraries.ts';

/** To the second, as directories keep dates; leap days, year ends and changes of clocks among them. */
const anySecond = anyInstant.map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

const MONTHS =
  'January February March April May June July August September October November December';

function read(text: string, proof: string[] = []): Date | string {
  const cells = [text, ...proof].map((one) => ({ column: 'end', text: one }));
  const reading = createDateReader(cells).read({ column: 'end', text });
  return reading.kind === 'instant' ? reading.at : reading.kind;
}

function partsOf(date: Date) {
  const two = (number: number) => String(number).padStart(2, '0');
  const hour = date.getUTCHours();
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    monthName: MONTHS.split(' ')[date.getUTCMonth()] ?? '',
    day: date.getUTCDate(),
    time: `${two(hour)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    time12: `${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`,
  };
}

describe('an instant that somebody wrote down', () => {
  it('comes back from every form of ISO 8601, whatever its zone and number of fraction digits', () => {
    const offsets = fc.integer({ min: -14 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);
    fc.assert(
      fc.property(
        anySecond,
        offsets,
        fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), maxLength: 7 }),
        (date, minutes, fraction) => {
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
          const two = (number: number) => String(number).padStart(2, '0');
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const zone = `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
          const digits = fraction === '' ? '' : `.${fraction}`;
          const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
          const expected = new Date(date.getTime() + milliseconds);
          expect(readIsoInstant(`${local}${digits}${zone}`)).toEqual(expected);
          if (minutes === 0) {
            expect(readIsoInstant(`${local}${digits}Z`)).toEqual(expected);
            expect(readIsoInstant(`${local}${digits}`)).toEqual(expected);
          }
        },
      ),
    );
  });

  it('comes back from what PowerShell, spreadsheets and people make of it', () => {
    fc.assert(
      fc.property(anySecond, (date) => {
        const { year, month, monthName, day, time, time12 } = partsOf(date);
        const us = ['12/31/2020 1:00:00 AM'];
        const uk = ['31/12/2020 01:00:00'];
        expect(read(`/Date(${date.getTime()})/`)).toEqual(date);
        expect(read(`${month}/${day}/${year} ${time12}`, us)).toEqual(date);
        expect(read(`${day}/${month}/${year} ${time}`, uk)).toEqual(date);
        expect(read(`${day}.${month}.${year} ${time}`)).toEqual(date);
        expect(read(`${year}/${month}/${day} ${time}`)).toEqual(date);
        expect(read(`${day} ${monthName} ${year} ${time}`)).toEqual(date);
        expect(read(`${day}-${monthName.slice(0, 3)}-${year} ${time}`)).toEqual(date);
        expect(read(`${monthName} ${day}, ${year} ${time12}`)).toEqual(date);
      }),
    );
  });

  it('is refused on days that no calendar has, 29 February of a common year among them', () => {
    const anyDay = fc.record({
      year: fc.integer({ min: 1990, max: 2400 }),
      month: fc.integer({ min: 0, max: 14 }),
      day: fc.integer({ min: 0, max: 33 }),
    });
    fc.assert(
      fc.property(anyDay, ({ year, month, day }) => {
        const date = new Date(Date.UTC(year, month - 1, day));
        const exists = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
        expect(isCalendarDay(year, month, day)).toBe(exists);
        const two = (number: number) => String(number).padStart(2, '0');
        const text = `${year}-${two(month)}-${two(day)}`;
        expect(readIsoInstant(`${text}T00:00:00Z`)).toEqual(exists ? date : null);
        if (!exists) expect(read(`${year}/${month}/${day}`)).toBe('unreadable');
      }),
    );
  });
});
