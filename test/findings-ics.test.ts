import { describe, expect, it } from 'vitest';
import { findingsCalendar, type CalendarFinding } from '../shared/findings-ics.ts';

const finding: CalendarFinding = {
  tenantId: 't1',
  id: 'application:o1:clientSecret:k1',
  type: 'clientSecret',
  name: 'prod; 2026',
  holder: {
    type: 'application',
    objectId: 'o1',
    appId: 'a1',
    displayName: 'SmartConnect, BC Prod',
  },
  expiresAt: new Date('2026-03-31T14:32:00Z'),
};

function calendar(...findings: CalendarFinding[]): string {
  return findingsCalendar(findings, new Date('2026-03-01T00:00:00Z'));
}

describe('findingsCalendar', () => {
  it('has an entry at the instant when a credential ends', () => {
    const text = calendar(finding);
    expect(text).toContain('METHOD:PUBLISH\r\n');
    expect(text).toContain('DTSTART:20260331T143200Z\r\n');
    expect(text).toContain('DTSTAMP:20260301T000000Z\r\n');
    expect(text).toContain('SUMMARY:SmartConnect\\, BC Prod stops: client secret ends\r\n');
    expect(text).toContain('prod\\; 2026');
  });

  it('gives a credential the same identity whenever it is exported', () => {
    const uid = (text: string) => /UID:(.*)\r\n/.exec(text)?.[1];
    const moved = { ...finding, expiresAt: new Date('2027-01-01T00:00:00Z'), name: 'other' };
    expect(uid(calendar(moved))).toBe(uid(calendar(finding)));
    expect(uid(calendar({ ...finding, id: 'x' }))).not.toBe(uid(calendar(finding)));
  });

  it('leaves out what has no end', () => {
    expect(calendar({ ...finding, expiresAt: null })).not.toContain('BEGIN:VEVENT');
  });

  it('cannot be given lines by a name', () => {
    const displayName =
      'x\r\nATTENDEE:mailto:a@evil.example\r\nEND:VEVENT\u2028URL:https://evil.example';
    const text = calendar({
      ...finding,
      holder: { ...finding.holder, displayName },
      name: displayName,
    });
    expect(text.match(/^END:VEVENT/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^(ATTENDEE|URL)/m);
  });
});
