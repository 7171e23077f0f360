import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/host/schedule.ts';

const next = (text: string, after: string) =>
  parseSchedule(text).next(new Date(after)).toISOString();

describe('a timer schedule', () => {
  it.each([
    ['0 0 2 * * *', '2026-05-01T02:00:00Z', '2026-05-02T02:00:00.000Z'],
    ['0 0 2 * * *', '2026-05-01T01:59:59.999Z', '2026-05-01T02:00:00.000Z'],
    ['0 2 * * *', '2026-05-01T08:00:00Z', '2026-05-02T02:00:00.000Z'],
    ['0 */15 * * * *', '2026-05-01T08:07:00Z', '2026-05-01T08:15:00.000Z'],
    ['0 0 9 * * Mon', '2026-05-01T08:00:00Z', '2026-05-04T09:00:00.000Z'],
    ['0 0 0 1 Jan,Jul *', '2026-05-01T08:00:00Z', '2026-07-01T00:00:00.000Z'],
    // Day of month and day of week: both must hold.
    ['0 0 0 13 * 5', '2026-05-01T08:00:00Z', '2026-11-13T00:00:00.000Z'],
    // No daylight saving in UTC.
    ['0 30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-29T02:30:00.000Z'],
    ['01:30:00', '2026-05-01T08:00:00Z', '2026-05-01T09:30:00.000Z'],
  ])('%s after %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it('knows schedules of less than a minute, of which the host keeps no status', () => {
    expect(parseSchedule('*/30 * * * * *').isSubMinute).toBe(true);
    expect(parseSchedule('0 * * * * *').isSubMinute).toBe(false);
    expect(parseSchedule('00:00:30').isSubMinute).toBe(true);
  });

  it.each([
    '',
    '* * *',
    '0 0 2 * * * *',
    '0 0 2 L * *',
    '@daily',
    '0 0 25 * * *',
    '0 0 2 ? * *',
    '0 0 2 * * Fry',
    '00:00:00',
  ])('refuses "%s"', (text) => {
    expect(() => parseSchedule(text)).toThrow(RangeError);
  });
});
