import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whenOf } from '../../shared/alerts/mail-when.ts';
import { anyInstant } from '../support/arbitraries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const zones = fc.constantFrom(
  'Europe/Berlin',
  'Europe/Brussels',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe', // half an hour of summer time
  'Pacific/Kiritimati', // fourteen hours ahead
  'Etc/UTC',
);
/** From a year before to a year after, and a lot within a few days. */
const anyDistance = fc.oneof(
  fc.integer({ min: -365 * DAY_MS, max: 365 * DAY_MS }),
  fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }),
);

/** The calendar day there, as the Swedish write it: 2026-03-29. */
function dayIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

describe('when something stops, in the words of a place', () => {
  it('counts calendar days there, over changes of clocks and leap days', () => {
    fc.assert(
      fc.property(anyInstant, anyDistance, zones, (now, distanceMs, zone) => {
        const end = new Date(now.getTime() + distanceMs);
        const { full, brief } = whenOf(end.toISOString(), now, zone);
        const days = daysBetween(dayIn(zone, now), dayIn(zone, end));
        const isOver = distanceMs <= 0;
        expect(full.startsWith(isOver ? 'stopped' : 'stops')).toBe(true);
        if (!isOver && days === 0) expect(full).toContain('stops today, ');
        if (!isOver && days === 1) expect(full).toMatch(/, tomorrow(, a weekend.*)?$/);
        if (!isOver && days > 1)
          expect(full).toMatch(new RegExp(`, in ${days} days(, a weekend.*)?$`));
        expect(brief.includes('today')).toBe(days === 0);
        // Nobody is told "0 days", whatever the time left.
        expect(full).not.toMatch(/\b0 (day|hour|minute)/);
        expect(full).not.toMatch(/\b1 (days|hours|minutes)|-\d/);
      }),
    );
  });

  it('names the weekday and the clock of that place', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 90 * DAY_MS }), zones, (now, ms, zone) => {
        const end = new Date(now.getTime() + ms);
        const { full } = whenOf(end.toISOString(), now, zone);
        const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' });
        const clock = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          hour: '2-digit',
          minute: '2-digit',
        });
        expect(full).toContain(weekday.format(end));
        expect(full).toContain(clock.format(end));
      }),
    );
  });

  it('puts what stops next first, then what stopped last', () => {
    fc.assert(
      fc.property(anyInstant, anyDistance, anyDistance, (now, one, other) => {
        const rank = (ms: number) =>
          whenOf(new Date(now.getTime() + ms).toISOString(), now, 'Etc/UTC').rank;
        const order = (ms: number) => (ms > 0 ? ms : 1e15 - ms);
        fc.pre(one !== other);
        expect(rank(one) < rank(other)).toBe(order(one) < order(other));
      }),
    );
  });
});
