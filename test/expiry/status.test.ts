import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, daysLeftOf, statusOf, windowDaysOf } from '../../shared/expiry/status.ts';
import { anyInstant, anyValidity } from '../support/arbitraries.ts';

const now = new Date('2026-06-15T12:00:00Z');
const at = (offsetMs: number) => new Date(now.getTime() + offsetMs);
const SECOND = 1000;
const HOUR = 3_600_000;
const started = new Date('2025-06-15T00:00:00Z');
const status = (expiresAt: Date | null, startsAt: Date | null = started) =>
  statusOf({ startsAt, expiresAt }, now);

describe('statusOf', () => {
  it('compares instants: what ended a second ago, or now, has ended, whatever day it is', () => {
    expect(status(at(-SECOND))).toBe('expired');
    expect(status(at(0))).toBe('expired');
    expect(status(at(1))).toBe('expiring');
    expect(status(at(12 * HOUR))).toBe('expiring');
  });

  it('is expiring from 60 days before the end of a long-lived credential, not from 61', () => {
    expect(status(at(60 * DAY_MS))).toBe('expiring');
    expect(status(at(60 * DAY_MS + 1))).toBe('ok');
  });

  it('leaves a 30-day secret alone for its first 20 days', () => {
    const secret = { startsAt: now, expiresAt: at(30 * DAY_MS) };
    expect(statusOf(secret, at(20 * DAY_MS - 1))).toBe('ok');
    expect(statusOf(secret, at(20 * DAY_MS))).toBe('expiring');
  });

  it('says not yet valid only of what has not ended', () => {
    expect(status(at(DAY_MS), at(1))).toBe('notYetValid');
    expect(status(at(DAY_MS), at(0))).toBe('ok');
    expect(status(at(-DAY_MS), at(DAY_MS))).toBe('expired');
  });

  it.each(['2199-01-01T00:00:00Z', '2299-12-31T00:00:00Z', '9999-12-31T23:59:59.9999999Z'])(
    'never expires: %s',
    (end) => {
      expect(status(new Date(end))).toBe('neverExpires');
    },
  );

  it('is an ordinary date until the end of 2198', () => {
    expect(status(new Date('2198-12-31T23:59:59Z'))).toBe('ok');
  });

  it.each([
    null,
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '1999-12-31T23:59:59Z',
    'rubbish',
  ])('is unknown, and never expired, where there is no believable end: %s', (end) => {
    const expiresAt = end === null ? null : new Date(end);
    expect(status(expiresAt)).toBe('unknownExpiry');
    expect(daysLeftOf({ startsAt: null, expiresAt }, now)).toBeNull();
  });

  it('takes an end in 2000 for what it says', () => {
    expect(status(new Date('2000-01-01T00:00:00Z'))).toBe('expired');
  });

  it('does not depend on a start that is missing or cannot be read', () => {
    const end = at(59 * DAY_MS);
    expect(status(end, null)).toBe('expiring');
    expect(status(end, new Date(Number.NaN))).toBe('expiring');
    expect(status(end, new Date('0001-01-01T00:00:00Z'))).toBe('expiring');
  });

  it('gives one of the six words, the same for both sides of a change of clocks or a leap day', () => {
    fc.assert(
      fc.property(anyValidity, anyInstant, (validity, instant) => {
        const word = statusOf(validity, instant);
        const end = validity.expiresAt?.getTime() ?? Number.NaN;
        expect(word === 'unknownExpiry').toBe(!(end >= Date.UTC(2000, 0, 1)));
        if (word === 'unknownExpiry') return;
        expect(word === 'expired').toBe(end <= instant.getTime());
        if (word === 'expiring') expect(end - instant.getTime()).toBeLessThanOrEqual(60 * DAY_MS);
        if (word === 'neverExpires') expect(end).toBeGreaterThanOrEqual(Date.UTC(2199, 0, 1));
      }),
    );
  });

  it('moves with time as it should: what has ended stays ended', () => {
    fc.assert(
      fc.property(anyValidity, anyInstant, fc.nat({ max: 4000 }), (validity, instant, days) => {
        fc.pre(statusOf(validity, instant) === 'expired');
        const later = new Date(instant.getTime() + days * DAY_MS);
        expect(statusOf(validity, later)).toBe('expired');
      }),
    );
  });
});

describe('windowDaysOf', () => {
  it('is a third of the lifetime, at most 60 days', () => {
    const lifetime = (days: number) =>
      windowDaysOf({ startsAt: now, expiresAt: at(days * DAY_MS) });
    expect([3, 9, 30, 90, 180, 365, 100_000].map(lifetime)).toEqual([1, 3, 10, 30, 60, 60, 60]);
  });

  it('is 60 days where the lifetime is unknown, empty or negative', () => {
    for (const startsAt of [null, at(0), at(DAY_MS)])
      expect(windowDaysOf({ startsAt, expiresAt: at(0) })).toBe(60);
    expect(windowDaysOf({ startsAt: now, expiresAt: null })).toBe(60);
  });
});

describe('daysLeftOf', () => {
  it('rounds down: the last 24 hours are day 0, the first second after the end is day −1', () => {
    const left = (ms: number) => daysLeftOf({ startsAt: null, expiresAt: at(ms) }, now);
    expect([-SECOND, 0, 12 * HOUR, DAY_MS, 7 * DAY_MS - 1].map(left)).toEqual([-1, 0, 0, 1, 6]);
  });

  it('counts 24 hours as a day over a change of clocks in Brussels and over 29 February', () => {
    const from = (a: string, b: string) =>
      daysLeftOf({ startsAt: null, expiresAt: new Date(b) }, new Date(a));
    expect(from('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toBe(2);
    expect(from('2026-03-28T12:00:00Z', '2026-03-30T11:59:59Z')).toBe(1);
    expect(from('2028-02-28T00:00:00Z', '2028-03-01T00:00:00Z')).toBe(2);
  });
});
