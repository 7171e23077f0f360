import ical, {
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
  type ICalCalendar,
} from 'ical-generator';
import { entryWords, uidOf } from '../findings-ics.ts';
import type { AlertItem } from './alert-item.ts';
import type { AlertMessage } from './notifier.ts';
import { ALL_TENANTS } from './scopes.ts';

/** A calendar file of a mail. */
export interface CalendarFile {
  name: string;
  method: 'PUBLISH' | 'CANCEL';
  text: string;
}

/**
 * The calendar files of one mail: one with an entry for each warning, one that takes the entries of what is done away
 * again (RFC 5545, RFC 5546 §3.2.1 and §3.2.5). An entry has the UID that it has in `GET /api/findings?format=ics`, so
 * that the next mail moves it and "done" removes it: its SEQUENCE is one higher. No attendee, organizer or address comes
 * from data (security rule 23). Only mails to the people whom it is for have any.
 */
export function calendarsOf({ items, scope }: AlertMessage, now: Date): CalendarFile[] {
  const theirs = items
    .filter(({ tenantId }) => scope === ALL_TENANTS || scope === tenantId)
    .slice(0, MAX_ENTRIES);
  return FILES.flatMap(({ kind, name, method }) => {
    const entries = theirs.filter((item) => item.kind === kind && item.expiresAt !== null);
    return entries.length === 0 ? [] : [{ name, method, text: calendarText(entries, method, now) }];
  });
}

const FILES: readonly { kind: string; name: string; method: CalendarFile['method'] }[] = [
  { kind: 'ends', name: 'keyturn.ics', method: 'PUBLISH' },
  { kind: 'done', name: 'keyturn-done.ics', method: 'CANCEL' },
];

/** Some 100 KB of calendar. */
const MAX_ENTRIES = 200;

function calendarText(
  items: readonly AlertItem[],
  method: CalendarFile['method'],
  now: Date,
): string {
  const calendar = ical({
    prodId: { company: 'Keyturn', product: 'Keyturn', language: 'EN' },
    method: ICalCalendarMethod[method],
  });
  for (const item of items) addEntry(calendar, item, { isOver: method === 'CANCEL', now });
  // RFC 5545 §3.1: every line ends with CRLF, the last one too.
  return `${calendar.toString().trimEnd()}\r\n`;
}

function addEntry(
  calendar: ICalCalendar,
  item: AlertItem,
  { isOver, now }: { isOver: boolean; now: Date },
): void {
  const { tenantId, findingId, expiresAt, episode } = item;
  if (expiresAt === null) return;
  const { summary, description } = entryWords(item);
  const end = new Date(expiresAt);
  calendar.createEvent({
    id: uidOf({ tenantId, id: findingId }),
    sequence: 2 * episode + (isOver ? 1 : 0),
    stamp: now,
    start: end,
    end,
    summary: isOver ? `Done: ${summary}` : summary,
    description,
    status: isOver ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    // It is a note, not an appointment: nobody is busy because of it.
    transparency: ICalEventTransparency.TRANSPARENT,
  });
}
