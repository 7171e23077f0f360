import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCheckSchedule } from '../../shared/settings/check-schedule.ts';
import { previousDue } from '../../shared/checks/previous-due.ts';

const due = (schedule: string, now: string) =>
  previousDue(schedule, new Date(now))?.toISOString() ?? null;

describe('when a check was due last', () => {
  it.each([
    ['0 0 2 * * *', '2026-11-25T01:59:59.999Z', '2026-11-24T02:00:00.000Z'],
    ['0 0 2 * * *', '2026-11-25T02:00:00.000Z', '2026-11-25T02:00:00.000Z'],
    // Five fields: on the full minute.
    ['30 4 * * *', '2026-11-25T09:00:00.000Z', '2026-11-25T04:30:00.000Z'],
    ['0 5/10 * * * *', '2026-11-25T02:04:00.000Z', '2026-11-25T01:55:00.000Z'],
    // 2028 has a 29 February, 2027 has none.
    ['0 0 2 29 2 *', '2028-02-29T02:00:00.000Z', '2028-02-29T02:00:00.000Z'],
    ['0 0 2 29 2 *', '2028-02-28T23:59:59.000Z', '2024-02-29T02:00:00.000Z'],
    ['0 0 2 29 FEB *', '2027-03-01T00:00:00.000Z', '2024-02-29T02:00:00.000Z'],
    ['0 0 2 31 * *', '2026-11-30T12:00:00.000Z', '2026-10-31T02:00:00.000Z'],
    ['0 0 2 * * mon-fri', '2026-11-29T12:00:00.000Z', '2026-11-27T02:00:00.000Z'],
    // Day of month and weekday, both.
    ['0 0 2 1 * mon', '2026-11-25T12:00:00.000Z', '2026-06-01T02:00:00.000Z'],
    ['0 0 2 30 2 *', '2026-11-25T12:00:00.000Z', null],
    ['59 59 23 31 12 *', '2027-01-01T00:00:00.000Z', '2026-12-31T23:59:59.000Z'],
  ])('%s at %s: %s', (schedule, now, expected) => {
    expect(due(schedule, now)).toBe(expected);
  });

  it('is in UTC, so the night on which clocks are set forward or back has one check as any other', () => {
    // Berlin: 2026-03-29 02:00 does not exist, 2026-10-25 02:00 comes twice.
    for (const day of ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26']) {
      expect(due('0 0 2 * * *', `${day}T12:00:00Z`)).toBe(`${day}T02:00:00.000Z`);
      expect(due('0 0 2 * * *', `${day}T01:00:00Z`)).not.toBe(`${day}T02:00:00.000Z`);
    }
  });

  const field = (min: number, max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min, max }).map(String),
      fc.integer({ min: 1, max: Math.max(1, max) }).map((step) => `*/${step}`),
      fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${a},${b}`),
    );
  const schedules = fc
    .tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
    .map((fields) => fields.join(' '));
  const instants = fc.date({
    min: new Date('2024-01-01T00:00:00Z'),
    max: new Date('2032-12-31T00:00:00Z'),
    noInvalidDate: true,
  });

  it('is never in the future, fits the schedule, and is the same until the next one', () => {
    fc.assert(
      fc.property(schedules, instants, (schedule, now) => {
        expect(isCheckSchedule(schedule)).toBe(true);
        const found = previousDue(schedule, now);
        if (found === null) return;
        expect(found.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(fits(schedule, found)).toBe(true);
        expect(previousDue(schedule, found)).toEqual(found);
      }),
      { numRuns: 300 },
    );
  });
});

/** By the words of the documentation, field by field. */
function fits(schedule: string, at: Date): boolean {
  const parts = [
    at.getUTCSeconds(),
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate(),
    at.getUTCMonth() + 1,
    at.getUTCDay(),
  ];
  return schedule.split(' ').every((text, index) => {
    const value = parts[index] ?? -1;
    const first = index === 3 || index === 4 ? 1 : 0;
    return text.split(',').some((part) => {
      const [range = '', step = '1'] = part.split('/');
      const [from = '', to = from] = range.split('-');
      const low = range === '*' ? first : Number(from);
      const isIn = range === '*' || (value >= low && value <= Number(to));
      return isIn && (value - low) % Number(step) === 0;
    });
  });
}
