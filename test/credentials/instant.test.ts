import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCalendarDay, readIsoInstant } from '../../shared/credentials/instant.ts';

describe('readIsoInstant', () => {
  it.each([
    ['2024-05-07T06:52:43Z', '2024-05-07T06:52:43.000Z'],
    ['2023-07-22T09:19:47.8601311Z', '2023-07-22T09:19:47.860Z'],
    ['2022-07-18T14:31:07.965569+00:00', '2022-07-18T14:31:07.965Z'],
    ['2024-05-07T06:52:43+0200', '2024-05-07T04:52:43.000Z'],
    ['2022-07-18', '2022-07-18T00:00:00.000Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, expected) => {
    expect(readIsoInstant(text)?.toISOString()).toBe(expected);
  });

  it('takes a time without a zone as UTC, wherever the machine stands', () => {
    expect(readIsoInstant('2022-07-18T14:31:07')?.toISOString()).toBe('2022-07-18T14:31:07.000Z');
    expect(readIsoInstant('2022-07-18 14:31')?.toISOString()).toBe('2022-07-18T14:31:00.000Z');
  });

  it.each(['key 1', '2026-02-30T00:00:00Z', '2026-13-01', '27.09.2023', '', 'datetime-value', '1'])(
    'does not turn "%s" into a date',
    (text) => {
      expect(readIsoInstant(text)).toBeNull();
    },
  );

  it('gives back every instant that Date writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(readIsoInstant(date.toISOString())).toEqual(date);
        },
      ),
    );
  });

  it('never throws, and never answers an invalid date', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readIsoInstant(text)?.getTime()).not.toBeNaN();
      }),
    );
  });
});

describe('isCalendarDay', () => {
  it('knows leap years', () => {
    expect(isCalendarDay(2024, 2, 29)).toBe(true);
    expect(isCalendarDay(2026, 2, 29)).toBe(false);
    expect(isCalendarDay(2100, 2, 29)).toBe(false);
    expect(isCalendarDay(2000, 2, 29)).toBe(true);
  });
});
