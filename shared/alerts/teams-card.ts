import {
  openUrl,
  paragraph,
  run,
  teamsMessage,
  type AdaptiveCard,
  type CardElement,
  type TextRun,
} from './adaptive-card.ts';
import type { AlertItem } from './alert-item.ts';
import { briefStepsOf } from './brief-steps.ts';
import { nearestFirst } from './item-order.ts';
import { cardOf, type CardOptions } from './mail-card.ts';
import type { Card, Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { mattersNeed } from './matter-words.ts';
import { needsSomebody } from './needs-somebody.ts';
import type { AlertMessage } from './notifier.ts';
import { teamsReport } from './teams-report.ts';
import { NOTICES, REPORTS } from './scopes.ts';

export interface TeamsCardOptions extends CardOptions {
  /** Where this installation answers, for "all of them". */
  publicUrl: string;
  /** No payload is longer than this, in bytes of UTF-8. */
  maxBytes: number;
  maxParts: number;
}

/** One call to the workflow, and the items that are done when it was taken. */
export interface TeamsPart {
  payload: string;
  items: AlertItem[];
}

/**
 * Writes one message as cards, what stops next first. What does not fit into one card goes into another, up to
 * `maxParts`; what is left then is counted on the last one, so that what is shown and "more" add up. Pure.
 */
export function teamsParts(message: AlertMessage, options: TeamsCardOptions): TeamsPart[] {
  if (message.scope === REPORTS)
    return [{ payload: teamsReport(message.reports ?? [], options.publicUrl), items: [] }];
  const items = nearestFirst(message.items, options.now);
  const entries = items.map((item) => entryOf(item, message, options));
  const roomBytes = options.maxBytes - frameBytes(message, options);
  const packed = packedBy(entries, { roomBytes, maxParts: options.maxParts });
  const shown = packed.flat().length;
  return packed.map((indexes, part) => {
    const isLast = part === packed.length - 1;
    const frame = frameOf(message, {
      ...options,
      part: packed.length === 1 ? null : `${part + 1} of ${packed.length}`,
      more: isLast ? items.length - shown : 0,
    });
    const body = [
      ...frame.head,
      ...indexes.flatMap((index) => entries[index] ?? []),
      ...frame.foot,
    ];
    return {
      payload: teamsMessage({ ...frame, body }),
      items: [
        ...indexes.flatMap((index) => items[index] ?? []),
        ...(isLast ? items.slice(shown) : []),
      ],
    };
  });
}

/** Indexes by part, in order; the first part has at least one, whatever its size. */
function packedBy(
  entries: readonly CardElement[],
  { roomBytes, maxParts }: { roomBytes: number; maxParts: number },
): number[][] {
  const parts: number[][] = [[]];
  let left = roomBytes;
  for (const [index, entry] of entries.entries()) {
    const bytes = bytesOf(entry);
    let part = parts.at(-1) ?? [];
    if (bytes > left && part.length > 0) {
      if (parts.length === maxParts) break;
      part = [];
      parts.push(part);
      left = roomBytes;
    }
    part.push(index);
    left -= bytes;
  }
  return parts;
}

/** With the comma behind it. */
function bytesOf(entry: CardElement): number {
  return Buffer.byteLength(JSON.stringify(entry)) + 1;
}

/** What a card needs beside its entries, at most. */
function frameBytes(message: AlertMessage, options: TeamsCardOptions): number {
  const { head, foot, ...rest } = frameOf(message, {
    ...options,
    part: '999 of 999',
    more: message.items.length,
  });
  return Buffer.byteLength(teamsMessage({ ...rest, body: [...head, ...foot] }));
}

interface Frame extends Pick<AdaptiveCard, 'actions' | 'fallbackText'> {
  head: CardElement[];
  foot: CardElement[];
}

interface FrameOptions extends TeamsCardOptions {
  part: string | null;
  more: number;
}

function frameOf(message: AlertMessage, { part, more, publicUrl }: FrameOptions): Frame {
  const heading = headingOf(message);
  const count = part === null ? '' : ` (card ${part})`;
  const rest = `and ${more} more, not written out here: the list is on ${publicUrl}`;
  return {
    head: [
      paragraph([run(`${heading}${count}`, { weight: 'Bolder', size: 'Large' })]),
      ...(message.scope === NOTICES ? [paragraph([run(GIVEN_UP)])] : []),
    ],
    foot: [
      ...(more === 0 ? [] : [paragraph([run(rest, { weight: 'Bolder' })], { separator: true })]),
      paragraph([run(FOOTER, { isSubtle: true, size: 'Small' })], { separator: true }),
    ],
    actions: [openUrl('Open Keyturn', publicUrl)],
    fallbackText: heading,
  };
}

const GIVEN_UP =
  'Keyturn tried several times and has given up. Please tell these people another way.';
const FOOTER =
  'Keyturn never asks for a secret, a password or a code. Everything here can be done without following a link.';

function headingOf({ items, scope }: AlertMessage): string {
  const names = new Set(items.map(({ tenantName, tenantId }) => tenantName ?? tenantId));
  const [name] = names;
  const who = names.size === 1 && name !== undefined ? `${nameInMail(name, 60)}: ` : '';
  if (scope === NOTICES) return `${who}warnings that could not be delivered`;
  const needing = items.filter(needsSomebody);
  return needing.length === 0
    ? `${who}done, nothing is left to do`
    : `${who}${mattersNeed(needing)} someone`;
}

/** With so few, each is written out with its steps. */
const FEW = 3;

function entryOf(item: AlertItem, message: AlertMessage, options: TeamsCardOptions): CardElement {
  const { address, playbooks = {} } = message;
  // Entries may be split over cards, so each has its own steps.
  const card = cardOf(item, { address, playbooks }, options);
  const isFew = message.items.length <= FEW;
  return {
    type: 'Container',
    spacing: 'Medium',
    separator: true,
    items: [
      paragraph([run(card.title, { weight: 'Bolder', size: 'Medium' })]),
      paragraph([run(card.when, { weight: 'Bolder', ...TONES[card.tone] })], { spacing: 'None' }),
      ...card.facts.map(({ label, value }) =>
        paragraph([run(`${label}: `, { isSubtle: true }), run(value)], { spacing: 'Small' }),
      ),
      ...(card.notice === null ? [] : [paragraph(runs(card.notice))]),
      ...(isFew || !needsSomebody(item) ? stepsOf(card) : [briefly(item)]),
      // The others say why this reader is told, and a channel has many.
      ...card.notes.slice(0, 1).map((note) => paragraph([run(note, { isSubtle: true })])),
      ...(card.link === null
        ? []
        : [{ type: 'ActionSet' as const, actions: [openUrl(card.link.label, card.link.url)] }]),
    ],
  };
}

const TONES: Record<Card['tone'], Pick<TextRun, 'color'>> = {
  ended: { color: 'Attention' },
  soon: { color: 'Warning' },
  later: { color: 'Accent' },
};

function briefly(item: AlertItem): ReturnType<typeof paragraph> {
  const words = run(briefStepsOf(item));
  return paragraph([run('What to do: ', { isSubtle: true }), words], { spacing: 'Small' });
}

function stepsOf({ steps, places = [] }: Card): ReturnType<typeof paragraph>[] {
  if (steps.length === 0) return [];
  return [
    paragraph([run('What to do', { weight: 'Bolder' })]),
    ...numbered(steps),
    ...places.flatMap((place) => [
      ...place.titles.map((title) => paragraph(runs(title))),
      ...numbered(place.steps),
    ]),
  ];
}

function numbered(steps: readonly Line[]): ReturnType<typeof paragraph>[] {
  return steps.map((step, index) =>
    paragraph([run(`${index + 1}. `), ...runs(step)], { spacing: 'Small' }),
  );
}

function runs(line: Line): TextRun[] {
  return line
    .map((part) =>
      typeof part === 'string' ? run(part) : run(part.strong, { weight: 'Bolder' as const }),
    )
    .filter(({ text }) => text !== '');
}
