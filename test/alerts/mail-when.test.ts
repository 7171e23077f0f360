import { describe, expect, it } from 'vitest';
import { dayOf, whenOf } from '../../shared/alerts/mail-when.ts';

function fullAt(now: string, end: string, timeZone = 'Europe/Berlin'): string {
  return whenOf(end, new Date(now), timeZone).full;
}

describe('an end at a weekend', () => {
  // Sunday 31 January 2027.
  const end = '2027-01-31T13:32:00Z';

  it('is named, with the Friday before it', () => {
    expect(fullAt('2027-01-19T02:00:00Z', end)).toMatch(/, a weekend: do it by Fri 29 Jan$/);
    expect(fullAt('2027-01-19T02:00:00Z', '2027-01-30T13:32:00Z')).toMatch(/by Fri 29 Jan$/);
  });

  it('says "today" on that Friday, and does not name a Friday that is past', () => {
    expect(fullAt('2027-01-29T02:00:00Z', end)).toMatch(/, a weekend: do it today$/);
    expect(fullAt('2027-01-30T02:00:00Z', end)).toMatch(/, tomorrow, a weekend$/);
  });

  it('is one only where people are: Friday night in New York is Saturday morning in Berlin', () => {
    const late = '2027-01-30T02:00:00Z';
    expect(fullAt('2027-01-19T02:00:00Z', late)).toContain('a weekend');
    expect(fullAt('2027-01-19T02:00:00Z', late, 'America/New_York')).not.toContain('a weekend');
  });

  it('counts days and not hours, when the weekend has 49 of them', () => {
    // Clocks go back on Sunday 25 October 2026.
    expect(fullAt('2026-10-10T02:00:00Z', '2026-10-25T22:30:00Z')).toMatch(/by Fri 23 Oct$/);
  });

  it('is not mentioned for what has ended, nor on working days', () => {
    expect(fullAt('2027-02-10T02:00:00Z', end)).not.toContain('weekend');
    expect(fullAt('2027-01-19T02:00:00Z', '2027-02-01T13:32:00Z')).not.toContain('weekend');
  });
});

describe('dayOf', () => {
  it('is the day where people are, with the year where it is not this one', () => {
    const options = { now: new Date('2027-01-19T02:00:00Z'), timeZone: 'Europe/Berlin' };
    expect(dayOf('2027-01-31T23:30:00Z', options)).toBe('Mon 1 Feb');
    expect(dayOf('2026-12-31T12:00:00Z', options)).toBe('Thu 31 Dec 2026');
  });
});
