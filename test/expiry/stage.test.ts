import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageOf } from '../../shared/expiry/stage.ts';
import { DAY_MS, statusOf, windowDaysOf } from '../../shared/expiry/status.ts';
import { anyInstant, anyValidity } from '../support/arbitraries.ts';

const end = new Date('2026-06-15T12:00:00Z');
const HOUR_DAYS = 1 / 24;

/** Stages at so many days before (after: negative) the end of a credential that lived so many days. */
function stagesOf(lifetimeDays: number, daysBefore: number[]): (number | null)[] {
  const startsAt = new Date(end.getTime() - lifetimeDays * DAY_MS);
  return daysBefore.map((days) =>
    stageOf({ startsAt, expiresAt: end }, new Date(end.getTime() - days * DAY_MS)),
  );
}

describe('stageOf', () => {
  it('is the smallest threshold that the time left has crossed, and holds until the next one', () => {
    expect(stagesOf(365, [61, 60, 59, 31, 30, 15, 14, 7, 6.5, 3, 2, 1, 0.5, 0])).toEqual([
      null,
      60,
      60,
      60,
      30,
      30,
      14,
      7,
      7,
      3,
      3,
      1,
      1,
      0,
    ]);
  });

  it('loses no stage when nights are missed: day 31, then day 29, is one warning at 30', () => {
    expect(stagesOf(365, [31, 29])).toEqual([60, 30]);
  });

  it('says 0 in the week after the end, then weekly for four weeks, then nothing', () => {
    const after = [-HOUR_DAYS, -6.9, -7, -13.9, -14, -21, -28, -34.9, -35, -400];
    expect(stagesOf(365, after)).toEqual([0, 0, -7, -7, -14, -21, -28, -28, null, null]);
  });

  it('skips thresholds above the window: a 30-day secret that is replaced monthly warns nobody early', () => {
    expect(stagesOf(30, [29, 14, 10.1, 10, 8, 7, 3])).toEqual([null, null, null, null, null, 7, 3]);
  });

  it('does not lose the warning at 30 days because a "90 days" secret lives some seconds or an hour less', () => {
    expect(stagesOf(90 - 22 / 86_400, [30, 29.9])).toEqual([null, 30]);
    expect(stagesOf(90 - HOUR_DAYS, [29.9])).toEqual([30]);
    expect(stagesOf(180 - HOUR_DAYS, [59.9])).toEqual([60]);
    expect(stagesOf(89, [29.6])).toEqual([null]);
  });

  it('takes thresholds of the operator, in any order', () => {
    const at = (days: number) => new Date(end.getTime() - days * DAY_MS);
    const validity = { startsAt: null, expiresAt: end };
    expect(stageOf(validity, at(40), [7, 45])).toBe(45);
    expect(stageOf(validity, at(5), [7, 45])).toBe(7);
    expect(stageOf(validity, at(50), [7, 45])).toBeNull();
    expect(stageOf(validity, at(80), [90, 7])).toBeNull();
  });

  it('is null where the end is unknown or never comes', () => {
    const ends = [null, '0001-01-01T00:00:00Z', '2299-12-31T00:00:00Z', '9999-12-31T00:00:00Z'];
    for (const text of ends) {
      const expiresAt = text === null ? null : new Date(text);
      expect(stageOf({ startsAt: null, expiresAt }, end), String(text)).toBeNull();
    }
  });

  it('is only ever one of the contract’s numbers, and before the end only inside the window', () => {
    const numbers = [60, 30, 14, 7, 3, 1, 0, -7, -14, -21, -28, null];
    fc.assert(
      fc.property(anyValidity, anyInstant, (validity, now) => {
        const stage = stageOf(validity, now);
        expect(numbers).toContain(stage);
        if (stage === null || validity.expiresAt === null) return;
        const leftDays = (validity.expiresAt.getTime() - now.getTime()) / DAY_MS;
        if (statusOf(validity, now) === 'expired') expect(stage).toBeLessThanOrEqual(0);
        else expect(leftDays).toBeLessThanOrEqual(windowDaysOf(validity));
        expect(leftDays).toBeLessThanOrEqual(stage);
      }),
    );
  });

  it('never goes back to an earlier stage as time passes', () => {
    fc.assert(
      fc.property(
        anyValidity,
        anyInstant,
        fc.integer({ min: 0, max: 90 * 24 }),
        (v, now, hours) => {
          const before = stageOf(v, now);
          const after = stageOf(v, new Date(now.getTime() + hours * 3_600_000));
          if (before !== null && after !== null) expect(after).toBeLessThanOrEqual(before);
        },
      ),
    );
  });
});
