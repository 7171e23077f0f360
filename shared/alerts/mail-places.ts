import type { RecordedConsumer } from '../credentials/credential.ts';
import type { AlertItem } from './alert-item.ts';
import { line, strong, type Line, type Place } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import type { Playbooks } from './playbooks.ts';

export interface PlacesOptions {
  /** What to do in each system. */
  playbooks: Playbooks;
  /** The playbooks that stand in this mail already; those written are added, so that none is written twice. */
  written: Set<string>;
}

/**
 * How to enter the new value, place by place: the places on record first, then what only looks like one. Places with
 * the same steps stand together.
 */
export function placesOf(item: AlertItem, { playbooks, written }: PlacesOptions): Place[] {
  if (!TAKES_A_VALUE.has(item.type)) return [];
  const groups = new Map<string, { titles: Line[]; steps: readonly Line[] }>();
  const named = [
    ...item.recordedConsumers.map((consumer) => ({ ...consumer, title: recordedTitle(consumer) })),
    ...likelyOf(item).map((likely) => ({ ...likely, title: likelyTitle(likely, item) })),
  ];
  for (const { system, title } of named.slice(0, MAX_PLACES)) {
    const playbook = Object.hasOwn(playbooks, system) ? playbooks[system] : undefined;
    if (playbook === undefined) continue;
    const group = groups.get(playbook.id) ?? { titles: [], steps: playbook.steps };
    group.titles.push(title);
    groups.set(playbook.id, group);
  }
  return [...groups].map(([id, { titles, steps }]) => {
    const isNew = !written.has(id);
    written.add(id);
    return { titles, steps: isNew ? steps : [AS_ABOVE] };
  });
}

/** What only looks like a user of it, and is not on record as the same system. */
export function likelyOf({ consumers, recordedConsumers }: AlertItem): AlertItem['consumers'] {
  const known = recordedConsumers.map(({ system }) => callerOf(system));
  return consumers.filter(({ system }) => {
    const caller = callerOf(system);
    return !known.some((one) => one.startsWith(caller) || caller.startsWith(one));
  });
}

/** "SmartConnect “BC Prod”"; a name that begins with the system's needs no system before it. */
export function placeName({ system, name }: Pick<RecordedConsumer, 'system' | 'name'>): string {
  if (name === system) return nameInMail(system);
  const isTold = name.toLowerCase().startsWith(system.toLowerCase());
  return isTold ? nameInMail(name) : `${nameInMail(system)} “${nameInMail(name)}”`;
}

/** The same without quotation marks, for a line that has no room; not cleaned yet. */
export function plainPlaceName({
  system,
  name,
}: Pick<RecordedConsumer, 'system' | 'name'>): string {
  return name.toLowerCase().startsWith(system.toLowerCase()) ? name : `${system} ${name}`;
}

/** What is entered somewhere by hand; the other kinds have steps of their own. */
const TAKES_A_VALUE = new Set<AlertItem['type']>(['clientSecret', 'manual']);
/** More would make a mail that nobody reads; all of them are named in the step before. */
const MAX_PLACES = 6;
const AS_ABOVE = line`The steps are the same as above in this mail.`;

function recordedTitle(consumer: RecordedConsumer): Line {
  const { contact } = consumer;
  const who = contact === null ? '' : ` (contact: ${nameInMail(contact)})`;
  return line`${strong(`How to enter it in ${placeName(consumer)}`)}${who}`;
}

function likelyTitle(
  { system, because }: AlertItem['consumers'][number],
  { recordedConsumers }: AlertItem,
): Line {
  const also = recordedConsumers.length === 0 ? '' : ' as well';
  return line`${strong(`It looks like ${nameInMail(system)}${also}`)} (judging by: ${nameInMail(because)}). If so:`;
}

function callerOf(system: string): string {
  return (system.split('→')[0] ?? '').trim().toLowerCase();
}
