import { describe, expect, it } from 'vitest';
import { whenText } from '../../cli/when-words.ts';
import { walked } from '../support/scan-report.ts';

const NOW = new Date('2027-01-19T12:00:00Z');

function stopped(expiresAt: string): string {
  return whenText(walked({ status: 'expired', expiresAt: new Date(expiresAt) }), NOW);
}

function ends(expiresAt: string): string {
  return whenText(walked({ expiresAt: new Date(expiresAt) }), NOW);
}

describe('whenText', () => {
  it('says how long ago something stopped, never "0 days"', () => {
    expect(stopped('2027-01-03T11:00:00Z')).toBe('Stopped 16 days ago');
    expect(stopped('2027-01-18T11:00:00Z')).toBe('Stopped 1 day ago');
    expect(stopped('2027-01-18T13:00:00Z')).toBe('Stopped 23 hours ago');
    expect(stopped('2027-01-19T11:40:00Z')).toBe('Stopped 20 minutes ago');
    expect(stopped('2027-01-19T11:59:59Z')).toBe('Stopped less than a minute ago');
  });

  it('says the day on which something ends, and the time when that is today', () => {
    expect(ends('2027-01-31T13:00:00Z')).toBe('Ends Sun 31 Jan 2027 (in 12 days)');
    expect(ends('2027-01-20T11:00:00Z')).toBe('Ends Wed 20 Jan 2027 (in 23 hours)');
    expect(ends('2027-01-19T14:32:00Z')).toBe('Ends today, Tue 14:32 UTC');
  });

  it('does not make up an end', () => {
    expect(whenText(walked({ status: 'unknownExpiry', expiresAt: null }), NOW)).toBe('End unknown');
    expect(whenText(walked({ status: 'neverExpires' }), NOW)).toBe('Never ends');
  });

  it('says when something starts that is not valid yet', () => {
    const startsAt = new Date('2027-01-25T00:00:00Z');
    expect(whenText(walked({ status: 'notYetValid', startsAt }), NOW)).toBe(
      'Ends Sun 31 Jan 2027 (in 11 days), starts Mon 25 Jan 2027',
    );
  });
});
