import type { Proof } from '../expiry/proof.ts';
import type { AlertItem } from './alert-item.ts';
import { line, strong, type Card, type Line } from './mail-document.ts';
import { kindWord } from './mail-card-replaced.ts';
import { nameInMail } from './mail-names.ts';
import { dayOf } from './mail-when.ts';

type Done = Extract<AlertItem, { kind: 'done' }>;
type Recheck = Extract<AlertItem, { kind: 'recheck' }>;

export interface NoteOptions {
  now: Date;
  timeZone: string;
}

/** "It is over": what was warned about, why nothing stops, and what may be deleted. */
export function doneCard(item: Done, credential: string, options: NoteOptions): Card {
  return {
    title: nameInMail(item.holder.displayName ?? item.name),
    when: isBack(item) ? 'Done: it works again' : DONE_WORDS[item.how],
    tone: 'later',
    facts: [
      {
        label: item.type === 'connection' ? 'What had stopped' : 'What was to end',
        value: `${credential}${endWords(item, options)}`,
      },
      { label: 'How we know', value: evidenceWords(item, options) },
    ],
    notice: item.how === 'replaced' ? DELETE_NOTICE : null,
    steps: [],
    link: null,
    notes: ['Nothing is left to do. You get this because you were warned about it.'],
  };
}

/** On the day that the old one ended. */
export function recheckCard(item: Recheck, credential: string, options: NoteOptions): Card {
  const kind = kindWord(item.type);
  const places = item.recordedConsumers.map(
    ({ system, name }) => `${nameInMail(system)} “${nameInMail(name)}”`,
  );
  return {
    title: nameInMail(item.holder.displayName ?? item.name),
    when: `The old ${kind} ended. Does everything still work?`,
    tone: 'soon',
    facts: [
      { label: 'What ended', value: `${credential}${endWords(item, options)}` },
      { label: 'Replaced by', value: replacementWords(item) },
      {
        label: 'Used by',
        value:
          places.length === 0 ? 'unknown: nobody told Keyturn where it is used' : places.join('; '),
      },
    ],
    notice: line`${strong('If everything works, nothing is left to do.')} If something has stopped since, it still holds the old one: enter ${kind === 'secret' ? 'the new Value' : 'the new one'} there.`,
    steps: [],
    link: null,
    notes: ['You get this once, because you were warned about it.'],
  };
}

/** A connection that has stopped is no more what was warned about when it works. */
function isBack({ type, how }: Pick<Done, 'type' | 'how'>): boolean {
  return type === 'connection' && how === 'gone';
}

const DONE_WORDS: Record<Done['how'], string> = {
  replaced: 'Done: its replacement is in use',
  gone: 'Done: it is no longer there',
  renewed: 'Done: it renewed itself after all',
};

const DELETE_NOTICE: Line = line`The old one may be deleted; it ends by itself as well. On its end date Keyturn asks once whether everything still works.`;

function endWords({ expiresAt }: Pick<AlertItem, 'expiresAt'>, options: NoteOptions): string {
  return expiresAt === null ? '' : `, ${dayOf(expiresAt, options)}`;
}

function evidenceWords(item: Done, options: NoteOptions): string {
  if (isBack(item)) return 'the last check found nothing wrong with it';
  if (item.how === 'renewed') return 'a new one is there that lasts longer';
  if (item.how === 'gone') {
    return 'a complete check no longer found it: it was deleted, or moved to another date';
  }
  return item.proof === null ? RECORD_WORDS : proofWords(item.proof, options);
}

const RECORD_WORDS = 'every place on record holds the new one';

function proofWords({ by, saidBy, oldSeenAt }: Proof, options: NoteOptions): string {
  if (by === 'connections') return 'Keyturn itself signs in with the new one';
  if (by === 'signIns') {
    const last =
      oldSeenAt === null ? '' : `; the old one was last seen ${dayOf(oldSeenAt, options)}`;
    return `only the new one is used to sign in${last} (up to a day late)`;
  }
  return saidBy === null ? RECORD_WORDS : `${RECORD_WORDS} (${nameInMail(saidBy)} said so last)`;
}

function replacementWords({ replacement }: Recheck): string {
  if (replacement === null) return 'a newer one';
  const start =
    replacement.hint === null ? '' : ` whose value starts with ${nameInMail(replacement.hint, 8)}`;
  return `“${nameInMail(replacement.name)}”${start}`;
}
