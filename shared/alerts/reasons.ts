import { z } from 'zod';

export const reasonSchema = z.enum([
  'ownsApplication',
  'ownsEnterpriseApplication',
  'namedOnItem',
  'namedOnConnection',
  'namedByOwner',
  'consumerContact',
  'samlNotification',
  'ownsOwner',
  'managesOwner',
  'nobodyElse',
  'withinAWeek',
  'withinADay',
  /** Its owners asked for silence, which does not reach into the last day. */
  'thoughSilenced',
  /** Somebody who was told has named them over the link in their mail. */
  'passedOn',
  /** Somebody who was told cannot do it and asks for them. */
  'asked',
  /** Somebody promised to do it by a day that is over. */
  'promisePassed',
  'operations',
  'channel',
  'insteadOfTeams',
]);

/** Why somebody is told. */
export type Reason = z.infer<typeof reasonSchema>;

/** The reason in words to that person; goes on after "because". */
export function reasonWords(reason: Reason): string {
  return WORDS[reason].you;
}

/** The reason in words about that person; goes on after the address. */
export function reasonWordsAbout(reason: Reason): string {
  return WORDS[reason].they;
}

/** The reason as a subject line has room for it. */
export function reasonInSubject(reason: Reason): string {
  return WORDS[reason].subject;
}

const WORDS: Record<Reason, { you: string; they: string; subject: string }> = {
  ownsApplication: {
    you: 'you own the application',
    they: 'owns the application',
    subject: 'you own the app',
  },
  ownsEnterpriseApplication: {
    you: 'you own the enterprise application',
    they: 'owns the enterprise application',
    subject: 'you own the app',
  },
  namedOnConnection: {
    you: 'you are named on the connection in Keyturn',
    they: 'named on the connection in Keyturn',
    subject: 'you are named on it',
  },
  namedOnItem: {
    you: 'you are named for it in Keyturn’s list',
    they: 'named for it in Keyturn’s list',
    subject: 'you are named for it',
  },
  consumerContact: {
    you: 'you look after a place where it is entered',
    they: 'looks after a place where it is entered',
    subject: 'you look after it',
  },
  namedByOwner: {
    you: 'an owner of the application named you in its tags or notes (keyturn:notify)',
    they: 'named by an owner',
    subject: 'an owner named you',
  },
  samlNotification: {
    you: 'the enterprise application names you as the one to notify of its signing certificate',
    they: 'notification address of the enterprise application',
    subject: 'you are its notification address',
  },
  ownsOwner: {
    you: 'you own the program that owns the application',
    they: 'owns the program that owns the application',
    subject: 'you own what owns the app',
  },
  managesOwner: {
    you: 'you manage an owner of the application whose account is disabled',
    they: 'manages an owner whose account is disabled',
    subject: 'its owner left, you are the manager',
  },
  nobodyElse: {
    you: 'the application has no owner whom a mail can reach, and you are on the fallback list',
    they: 'on the fallback list, as no owner can be reached',
    subject: 'no owner can be reached',
  },
  withinAWeek: {
    you: 'it ends within a week or has ended, and you are on the fallback list',
    they: 'on the fallback list',
    subject: 'you are on the fallback list',
  },
  withinADay: {
    you: 'it ends within a day or has ended, and you are on the escalation list',
    they: 'on the escalation list',
    subject: 'you are on the escalation list',
  },
  thoughSilenced: {
    you: 'it ends within a day although its owners asked for silence, and you are on the fallback list',
    they: 'on the fallback list, as its owners asked for silence',
    subject: 'its owners asked for silence',
  },
  passedOn: {
    you: 'somebody who was told before you has passed it on to you',
    they: 'it was passed on to them',
    subject: 'it was passed on to you',
  },
  asked: {
    you: 'somebody who was told cannot do it and asks for you',
    they: 'asked to help',
    subject: 'somebody asks for your help',
  },
  promisePassed: {
    you: 'the day by which somebody promised to do it is over, and you are on the fallback list',
    they: 'on the fallback list, as a promised day is over',
    subject: 'a promised day is over',
  },
  operations: {
    you: 'you run Keyturn (operations list)',
    they: 'on the operations list',
    subject: 'for operations',
  },
  channel: {
    you: 'this channel is told about every tenant that Keyturn watches',
    they: 'is told about everything',
    subject: 'for this channel',
  },
  insteadOfTeams: {
    you: 'the Teams channel could not be reached, and you are on the fallback list',
    they: 'on the fallback list, as the Teams channel could not be reached',
    subject: 'Teams could not be reached',
  },
};
