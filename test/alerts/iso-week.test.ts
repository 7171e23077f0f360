import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoWeekOf } from '../../shared/alerts/iso-week.ts';
import { addDays } from '../../shared/alerts/local-date.ts';

describe('the ISO week of a day', () => {
  it.each([
    ['2026-11-25', '2026-W48'],
    ['2026-01-01', '2026-W01'],
    // A year that begins on Friday begins in the last week of the one before.
    ['2027-01-01', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    // And one that ends on a Monday ends in the first week of the next.
    ['2024-12-30', '2025-W01'],
    ['2024-02-29', '2024-W09'],
    ['2028-02-29', '2028-W09'],
    ['2020-12-31', '2020-W53'],
  ])('%s is in %s', (date, week) => {
    expect(isoWeekOf(date)).toBe(week);
  });

  it('is the same from Monday to Sunday, changes on every Monday, and sorts by time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (days) => {
        const monday = addDays('2001-01-01', days * 7);
        const week = isoWeekOf(monday);
        for (let day = 1; day < 7; day += 1) expect(isoWeekOf(addDays(monday, day))).toBe(week);
        expect(isoWeekOf(addDays(monday, 7)) > week).toBe(true);
      }),
    );
  });
});
