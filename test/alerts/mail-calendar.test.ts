import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { calendarsOf } from '../../shared/alerts/mail-calendar.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import { mimeOf } from '../../shared/alerts/mime.ts';
import { findingsCalendar } from '../../shared/findings-ics.ts';
import { alertItem, TENANT } from '../support/alerts.ts';

const NOW = new Date('2027-01-19T02:00:00Z');

function files(items: AlertItem[], scope = TENANT) {
  return calendarsOf({ id: 'm', address: 'anna@contoso.example', scope, items }, NOW);
}

function done(overrides: Partial<AlertItem> = {}): AlertItem {
  return { ...alertItem(overrides), kind: 'done', how: 'replaced' };
}

/** A line of a calendar, unfolded. */
function valueOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}[:;](.*)$`, 'm').exec(text.replaceAll('\r\n ', ''))?.[1]?.trimEnd();
}

describe('the calendar in a mail', () => {
  it('has an entry at the instant when a credential ends, one for each warning', () => {
    const [file, ...others] = files([alertItem(), alertItem({ findingId: 'b' })]);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ name: 'keyturn.ics', method: 'PUBLISH' });
    const text = file?.text ?? '';
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(2);
    expect(text).toContain('METHOD:PUBLISH\r\n');
    expect(text).toContain('DTSTART:20270131T133200Z\r\n');
    expect(valueOf(text, 'SUMMARY')).toBe('SmartConnect BC Prod stops: client secret ends');
    expect(valueOf(text, 'SEQUENCE')).toBe('0');
    expect(valueOf(text, 'TRANSP')).toBe('TRANSPARENT');
  });

  it('has the identity that the same credential has in every other mail and in the API', () => {
    const item = alertItem();
    const first = files([item])[0]?.text ?? '';
    const later = files([alertItem({ stage: 3, told: [] })])[0]?.text ?? '';
    const { tenantId, findingId, type, name, holder } = item;
    const api = findingsCalendar(
      [{ tenantId, id: findingId, type, name, holder, expiresAt: new Date(item.expiresAt ?? 0) }],
      NOW,
    );
    expect(valueOf(first, 'UID')).toMatch(/^[0-9a-f]{40}@keyturn$/);
    expect(valueOf(later, 'UID')).toBe(valueOf(first, 'UID'));
    expect(valueOf(api, 'UID')).toBe(valueOf(first, 'UID'));
  });

  it('takes the entry away again when it is done: same identity, one step further', () => {
    const published = files([alertItem()])[0]?.text ?? '';
    const [file] = files([done()]);
    expect(file).toMatchObject({ name: 'keyturn-done.ics', method: 'CANCEL' });
    const text = file?.text ?? '';
    expect(text).toContain('METHOD:CANCEL\r\n');
    expect(valueOf(text, 'STATUS')).toBe('CANCELLED');
    expect(valueOf(text, 'UID')).toBe(valueOf(published, 'UID'));
    expect(Number(valueOf(text, 'SEQUENCE'))).toBe(Number(valueOf(published, 'SEQUENCE')) + 1);
    const again = files([alertItem({ episode: 1 })])[0]?.text ?? '';
    expect(Number(valueOf(again, 'SEQUENCE'))).toBeGreaterThan(Number(valueOf(text, 'SEQUENCE')));
  });

  it('cannot be given lines, attendees or addresses by a name, and folds long ones', () => {
    const displayName =
      'ü'.repeat(70) + '\r\nATTENDEE:mailto:a@evil.example\r\nEND:VEVENT\u2028URL:x';
    const item = alertItem({ holder: { ...alertItem().holder, displayName }, name: displayName });
    const text = files([item])[0]?.text ?? '';
    expect(text.match(/^END:VEVENT/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^(ATTENDEE|ORGANIZER|URL)/m);
    // RFC 5545 §3.1: at most 75 octets a line.
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('leaves out what has no end, and is not in what only operations see', () => {
    expect(files([alertItem({ expiresAt: null })])).toEqual([]);
    for (const scope of ['preview', 'operations', 'notices', 'reports']) {
      expect(files([alertItem()], scope)).toEqual([]);
    }
    expect(files([alertItem()], '*')).toHaveLength(1);
  });

  it('comes as files beside the text, so that no mail program takes it for an invitation', async () => {
    const message = {
      id: '0123456789abcdef0123456789abcdef',
      address: 'anna@contoso.example',
      scope: TENANT,
      items: [alertItem(), done({ findingId: 'b' })],
    };
    const mail = composeMail(message, {
      now: NOW,
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: null,
    });
    const mime = await mimeOf(mail, { from: 'keyturn@contoso.example', date: NOW });
    const email = await PostalMime.parse(mime);
    expect(email.attachments).toMatchObject([
      { filename: 'keyturn.ics', mimeType: 'text/calendar', disposition: 'attachment' },
      { filename: 'keyturn-done.ics', mimeType: 'text/calendar', disposition: 'attachment' },
    ]);
    // Byte for byte, whatever a parser makes of its lines.
    const sent = Buffer.from(mail.calendars[0]?.text ?? '').toString('base64');
    expect(mime.toString().replaceAll('\r\n', '')).toContain(sent);
    expect(mime.toString()).toMatch(/^Content-Type: multipart\/mixed/m);
  });
});
