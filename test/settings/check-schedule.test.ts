import { describe, expect, it } from 'vitest';
import { DEFAULT_CHECK_SCHEDULE, isCheckSchedule } from '../../shared/settings/check-schedule.ts';

describe('isCheckSchedule', () => {
  it.each([
    DEFAULT_CHECK_SCHEDULE,
    '0 */5 * * * *',
    '0 30 9-17 * * Mon-Fri',
    '0 0 2,14 1 JAN,jul *',
    '15 2 * * *',
    '0 0-30/10 * * * 1',
  ])('accepts %s', (text) => {
    expect(isCheckSchedule(text)).toBe(true);
  });

  it.each([
    '',
    'daily',
    '0 2 * *',
    '0 0 0 2 * * *',
    '60 0 2 * * *',
    '0 0 24 * * *',
    '0 0 2 0 * *',
    '0 0 2 * 13 *',
    '0 0 2 * * 7',
    '0 0 2 * * Fri-Mon',
    '0 */0 * * * *',
    '0 0 2 * * ?',
    '%KEYTURN_CHECK_SCHEDULE% a b c d e',
    '0 1-2-3 * * * *',
    '0 0 2 * * mon,',
  ])('refuses "%s"', (text) => {
    expect(isCheckSchedule(text)).toBe(false);
  });
});
