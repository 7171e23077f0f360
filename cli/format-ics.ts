import { createHash } from 'node:crypto';
import ical, { ICalCalendarMethod } from 'ical-generator';
import type { WalkedCredential } from '../shared/checks/walk.ts';
import { DAY_MS } from '../shared/expiry/status.ts';
import type { ScanReport } from './scan-report.ts';
import { holderText, remarksOf, whatText } from './words.ts';

/**
 * The ends as a calendar (RFC 5545, METHOD:PUBLISH). The UID of an event is made from the credential's id, so an import
 * of a later scan moves events instead of adding them. An unknown end has no place in a calendar and is left out.
 */
export function formatIcs({ asOf, findings }: ScanReport): string {
  const calendar = ical({
    method: ICalCalendarMethod.PUBLISH,
    prodId: '-//Keyturn//scan//EN',
    name: 'What ends',
  });
  for (const finding of findings) {
    const { expiresAt, status } = finding;
    if (expiresAt === null || status === 'unknownExpiry' || status === 'neverExpires') continue;
    calendar.createEvent({
      id: uidOf(finding),
      start: expiresAt,
      end: new Date(expiresAt.getTime() + EVENT_MS),
      stamp: asOf,
      summary: `${holderText(finding)}: ${whatText(finding)} ends`,
      description: remarksOf(finding).join('\n') || null,
    });
  }
  return `${calendar.toString()}\r\n`;
}

/** Half an hour: long enough to be seen in a day's view. */
const EVENT_MS = DAY_MS / 48;

function uidOf({ id }: WalkedCredential): string {
  return `${createHash('sha256').update(id).digest('hex').slice(0, 40)}@keyturn`;
}
