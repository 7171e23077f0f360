import type { AlertItem } from './alert-item.ts';
import { calendarsOf, type CalendarFile } from './mail-calendar.ts';
import { briefCardOf, cardOf, type CardOptions } from './mail-card.ts';
import {
  line,
  strong,
  type Card,
  type Line,
  type MailDocument,
  type Section,
} from './mail-document.ts';
import { htmlOf } from './mail-html.ts';
import { nameInMail } from './mail-names.ts';
import { MAX_CARDS, nearestFirst } from './item-order.ts';
import { subjectOf, type SubjectOptions } from './mail-subject.ts';
import { textOf } from './mail-text.ts';
import { mattersNeed } from './matter-words.ts';
import { needsSomebody } from './needs-somebody.ts';
import type { AlertMessage } from './notifier.ts';
import { reportMailOf } from './report-mail.ts';
import { NOTICES, OPERATIONS, PREVIEW, QUIET, REPORTS } from './scopes.ts';

export interface MailOptions extends CardOptions, SubjectOptions {
  /** Where this installation answers, for "all of them"; null when that is not set. */
  publicUrl: string | null;
}

/** A mail in words, before it is MIME. */
export interface Mail {
  /** The message's id: constant over retries. */
  id: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  calendars: CalendarFile[];
}

/** Writes the mail for one message. Pure: the same message at the same instant gives the same mail. */
export function composeMail(message: AlertMessage, options: MailOptions): Mail {
  const items = nearestFirst(message.items, options.now);
  const sorted = { ...message, items };
  const document: MailDocument = {
    ...(message.scope === REPORTS
      ? reportMailOf(message.reports ?? [], options)
      : {
          subject: subjectOf(sorted, options),
          heading: headingOf(sorted),
          intro: introOf(sorted),
          sections: sectionsOf(sorted, options),
        }),
    footer: FOOTER,
  };
  const { subject } = document;
  return {
    id: message.id,
    to: message.address,
    subject,
    html: htmlOf(document),
    text: textOf(document),
    calendars: calendarsOf(sorted, options.now),
  };
}

const FOOTER: Line[] = [
  line`Keyturn never asks for a secret, a password or a code by mail. Everything here can be done without following a link.`,
  line`Sent by Keyturn, which watches when secrets and certificates of your applications end. Questions: ask whoever runs it in your organisation.`,
];

function headingOf({ items, scope }: AlertMessage): string {
  if (scope === PREVIEW) return 'What Keyturn would send';
  if (scope === NOTICES) return 'Warnings that could not be delivered';
  const needing = items.filter(needsSomebody);
  if (needing.length === 0) return 'Done: nothing is left to do';
  const words = `${mattersNeed(needing)} you`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function introOf({ items, scope }: AlertMessage): Line[] {
  if (scope === PREVIEW) {
    return [
      line`Alerts are set to ${strong('preview')}: nothing was sent to anybody but operations. This is new since the last preview.`,
    ];
  }
  if (scope === OPERATIONS) {
    return [
      line`Alerts are set to ${strong('operations')}: this came to you instead of the people it is for.`,
    ];
  }
  if (scope === QUIET) {
    return [
      line`Alerts about this tenant are set to ${strong('operations')}: this came to you instead of the people it is for.`,
    ];
  }
  if (scope === NOTICES) {
    return [
      line`Keyturn tried several times and has given up. Please tell these people another way.`,
    ];
  }
  const needing = items.filter(needsSomebody).length;
  if (needing < items.length && needing > 0)
    return [line`What needs you comes first, then what is done.`];
  return needing < 2 ? [] : [line`What stops next comes first, then what has stopped already.`];
}

function sectionsOf(message: AlertMessage, options: MailOptions): Section[] {
  const { items, scope } = message;
  const mail = { ...message, written: new Set<string>() };
  const tenants = [...new Set(items.map(({ tenantId }) => tenantId))];
  const inFull = new Set(items.slice(0, MAX_CARDS));
  const inShort = nearestOfOthers(items, inFull);
  return tenants.map((tenantId) => {
    const own = items.filter((item) => item.tenantId === tenantId);
    const written = own.filter((item) => inFull.has(item) || inShort.has(item));
    return {
      title: titleOf(tenantId, tenants.length, own),
      cards: written.map((item) => {
        if (scope === PREVIEW) return briefCardOf(item, options);
        if (inFull.has(item)) return cardOf(item, mail, options);
        // Steps that are not shown count as written nowhere.
        return shortOf(cardOf(item, { ...mail, written: new Set<string>() }, options));
      }),
      more: moreOf(own.length - written.length, written.length, options),
    };
  });
}

/** Of each tenant that nothing is written out of, what stops next: whoever looks after many sees which ones are hit. */
function nearestOfOthers(
  items: readonly AlertItem[],
  inFull: ReadonlySet<AlertItem>,
): ReadonlySet<AlertItem> {
  const tenants = new Set([...inFull].map(({ tenantId }) => tenantId));
  const nearest = items.filter(({ tenantId }) => !tenants.has(tenantId) && tenants.add(tenantId));
  return new Set(nearest.slice(0, MAX_SHORT_CARDS));
}

/** Some 600 bytes each, beside the fifteen in full. */
const MAX_SHORT_CARDS = 50;

/** What, when and where to look; the steps are in the portal's words there. */
function shortOf({ title, when, tone, facts, link }: Card): Card {
  return { title, when, tone, facts: facts.slice(0, 1), notice: null, steps: [], link, notes: [] };
}

function titleOf(tenantId: string, tenants: number, items: readonly AlertItem[]): string | null {
  const name = items[0]?.tenantName ?? null;
  if (tenants === 1 && name === null) return null;
  return name === null ? `Tenant ${tenantId}` : nameInMail(name);
}

function moreOf(left: number, written: number, { publicUrl }: MailOptions): string | null {
  if (left === 0) return null;
  const where =
    publicUrl === null ? 'ask whoever runs Keyturn for the list' : `the list is on ${publicUrl}`;
  return `${written === 0 ? '' : 'and '}${left} more, not written out here: ${where}`;
}
