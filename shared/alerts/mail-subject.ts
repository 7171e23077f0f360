import type { AlertItem } from './alert-item.ts';
import { kindWord } from './mail-card-replaced.ts';
import { nameInMail } from './mail-names.ts';
import { outsiderView } from './mail-outsiders.ts';
import { plainPlaceName } from './mail-places.ts';
import { dayOf, doubted, whenOf } from './mail-when.ts';
import { needsSomebody } from './needs-somebody.ts';
import type { AlertMessage } from './notifier.ts';
import { reasonInSubject } from './reasons.ts';
import { NOTICES, OPERATIONS, PREVIEW, QUIET } from './scopes.ts';

export interface SubjectOptions {
  now: Date;
  timeZone: string;
}

/**
 * The subject line: what stops first, when, and why it came to this person. One line, whatever the names hold; `items`
 * come nearest first.
 */
export function subjectOf(message: AlertMessage, options: SubjectOptions): string {
  const { scope, address } = message;
  const items = message.items.map((item) => outsiderView(item, address) ?? item);
  const [first] = items;
  if (first === undefined) return '[Keyturn]';
  const sign = signOf(items, scope);
  const people = new Set(
    items.flatMap(({ told }) => told.map(({ address }) => address.toLowerCase())),
  );
  if (scope === PREVIEW) {
    return `${sign} Preview: ${counted(items.length, 'warning')} for ${counted(people.size, 'person', 'people')}, none sent`;
  }
  if (scope === NOTICES) {
    return `${sign} ${counted(items.length, 'warning')} could not be delivered: ${stopOf(first, options)}`;
  }
  if (first.kind === 'done') return `${sign} ${doneWords(items, options)}`;
  if (first.kind === 'recheck' && items.length === 1) {
    const name = nameInMail(first.holder.displayName ?? first.name, MAX_NAME);
    return `${sign} The old ${kindWord(first.type)} of ${name} ended: does everything still work?`;
  }
  const rest = items.filter(needsSomebody).length - 1;
  const others = rest === 0 ? `: ${reasonInSubject(first.reason)}` : `, and ${rest} more`;
  return `${sign} ${stopOf(first, options)}${others}`;
}

/** "SmartConnect BC Prod stops Sun 31 Jan" */
function stopOf(item: AlertItem, { now, timeZone }: SubjectOptions): string {
  const { brief } = whenOf(item.expiresAt, now, timeZone);
  const name = nameOf(item);
  const thing = item.type === 'samlSigningCertificate' ? `Sign-in to ${name}` : name;
  return `${thing} ${item.supersession === 'replacementUnproven' ? doubted(brief) : brief}`;
}

/** Done ones come last, so when the first is done, all are. */
function doneWords(
  [first, ...rest]: readonly AlertItem[],
  { now, timeZone }: SubjectOptions,
): string {
  if (first === undefined) return 'Done';
  const name = nameOf(first);
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  if (first.expiresAt === null) return `Done: ${name}${more}`;
  if (first.type === 'connection') return `Done: ${name} works again${more}`;
  const day = dayOf(first.expiresAt, { now, timeZone });
  return Date.parse(first.expiresAt) > now.getTime()
    ? `Done: ${name} no longer stops (was: ${day})${more}`
    : `Done: ${name} is taken care of (ended ${day})${more}`;
}

/** What stops, as people call it: the place that holds the secret where one is on record, else the application. */
function nameOf({ recordedConsumers, holder, name }: AlertItem): string {
  const [first, ...rest] = recordedConsumers;
  if (first === undefined) return nameInMail(holder.displayName ?? name, MAX_NAME);
  const place = nameInMail(plainPlaceName(first), MAX_NAME);
  return rest.length === 0 ? place : `${place} (and ${rest.length} more)`;
}

function signOf(items: readonly AlertItem[], scope: string): string {
  const tenants = new Set(items.map(({ tenantId }) => tenantId));
  const name = tenants.size === 1 ? (items[0]?.tenantName ?? null) : null;
  const parts = [
    'Keyturn',
    name === null ? null : nameInMail(name, MAX_NAME),
    SIGNS[scope] ?? null,
  ];
  return `[${parts.filter((part) => part !== null).join(' · ')}]`;
}

const SIGNS: Record<string, string> = { [OPERATIONS]: 'operations', [QUIET]: 'operations' };
const MAX_NAME = 60;

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
