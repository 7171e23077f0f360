import type { ActNote } from './act.ts';
import { dateWords, localDate } from './local-date.ts';
import type { Card } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';

/** What somebody said, in a sentence to the others. */
export function actWords(note: ActNote, timeZone: string): string {
  const who = nameInMail(note.by, MAX_ADDRESS);
  const day = dateWords(localDate(new Date(note.at), timeZone));
  return WORDS[note.kind](note, { who, day });
}

/** Who asks for help, and why, as facts of a card. */
export function askedFacts({ by, because }: { by: string; because: string }): Card['facts'] {
  return [
    { label: 'Asked by', value: nameInMail(by, MAX_ADDRESS) },
    { label: 'Because', value: `“${nameInMail(because, MAX_REASON)}”` },
  ];
}

const WORDS: Record<ActNote['kind'], (note: ActNote, by: { who: string; day: string }) => string> =
  {
    entered: ({ places }, { who, day }) =>
      `${who} said on ${day} that the new one was entered in ${placeWords(places)}.`,
    promised: ({ until }, { who, day }) =>
      `${who} promised on ${day} to do it by ${untilWords(until)}.`,
    passedOn: ({ to }, { who, day }) =>
      `${who} passed this on to ${nameInMail(to ?? 'somebody', MAX_ADDRESS)} on ${day}.`,
    askedAdmin: (_, { who, day }) => `${who} asked on ${day} for an administrator to do it.`,
    snoozed: ({ until }, { who }) =>
      `Snoozed by ${who} until ${untilWords(until)}, for themself alone.`,
  };

const MAX_ADDRESS = 320;
const MAX_REASON = 500;

function untilWords(until: string | null): string {
  return until === null ? 'an unknown day' : dateWords(until);
}

function placeWords(places: readonly string[]): string {
  return places.length === 0 ? 'its place' : places.map((place) => nameInMail(place)).join(', ');
}
