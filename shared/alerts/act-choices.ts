import type { Finding } from '../checks/finding.ts';
import { isOwnConnection, placesHolding } from '../credentials/recorded-consumers.ts';
import { addDays, localDate, type LocalDate } from './local-date.ts';
import { isOutsider, nameInActs, ownPlaces, type Reader } from './mail-outsiders.ts';
import { isListed, isWithin, SNOOZE_ENDS_DAYS, type MutingOptions } from './muting.ts';

export const CHOICES = ['entered', 'promise', 'passOn', 'askAdmin', 'snooze'] as const;

/** What the holder of a link may choose, and what will come of it. */
export interface Offer {
  choice: (typeof CHOICES)[number];
  label: string;
  /** What would happen. */
  says: string;
  /** The days that may be named. */
  until?: { min: LocalDate; max: LocalDate };
  /** The places where it may have been entered; those of a guess have ids that begin with `likely:`. */
  places?: { id: string; name: string }[];
  /** True where no other place may be named. */
  onlyThese?: true;
  /** The domains in which somebody may be named. */
  domains?: readonly string[];
}

export interface OfferOptions extends MutingOptions {
  /** Where addresses that somebody writes may be (KEYTURN_RECIPIENT_DOMAINS). */
  domains: readonly string[];
}

type Offered = Pick<
  Finding,
  'id' | 'expiresAt' | 'closedAt' | 'holder' | 'consumers' | 'otherKeyIds' | 'likelyConsumers'
>;

/**
 * What is offered to this recipient now. Pure; what is not offered is refused. Nothing is, once the finding is closed.
 */
export function offersFor(finding: Offered, reader: Reader, options: OfferOptions): Offer[] {
  if (finding.closedAt !== null) return [];
  const isOnList = isListed(reader.address, options.lists);
  return [
    ...enteredOffer(finding, reader),
    promiseOffer(finding, isOnList, options),
    ...passOnOffer(options),
    ...(isOnList ? [] : [ASK_ADMIN]),
    ...(isOnList ? [] : snoozeOffer(finding, options)),
  ];
}

const MAX_PROMISE_DAYS = 180;
/** What has ended already is not put off for long. */
const MAX_LATE_PROMISE_DAYS = 7;
const MAX_SNOOZE_DAYS = 14;

/** Places are kept by application, so something in a vault or a list has none. */
function enteredOffer(
  { holder, consumers, otherKeyIds, likelyConsumers }: Offered,
  reader: Reader,
): Offer[] {
  if (holder.appId === null) return [];
  // What Keyturn's own connections hold, it knows.
  const asked = consumers.filter((one) => !isOwnConnection(one));
  const places = placesHolding({ otherKeyIds, consumers: asked });
  const placesOf = (shown: typeof places) =>
    shown.map((place) => ({ id: place.id, name: nameInActs(place) }));
  // Security rule 26: whoever only looks after a place answers for that place.
  if (isOutsider(reader)) {
    const own = placesOf(ownPlaces(places, reader.address));
    return own.length === 0 ? [] : [{ ...ENTERED, places: own, onlyThese: true }];
  }
  const likely = likelyConsumers.map(({ system }) => ({ id: `likely:${system}`, name: system }));
  return [{ ...ENTERED, places: places.length > 0 ? placesOf(places) : likely }];
}

const ENTERED = {
  choice: 'entered',
  label: 'I entered the new one',
  says: 'Keyturn notes where, and that you said so. Once every place on record is confirmed and nothing speaks against it, the warnings stop. Nothing is ever deleted because of this.',
} as const;

function promiseOffer(
  { expiresAt }: Offered,
  isOnList: boolean,
  { now, timeZone }: OfferOptions,
): Offer {
  const today = localDate(now, timeZone);
  const quiet = isOnList
    ? 'The others see that you promised.'
    : 'You get no reminder until that day is over, except on the last day before the end.';
  return {
    choice: 'promise',
    label: 'I will do it by …',
    says: `${quiet} If it is not done by then, you are told, and so is whoever looks after Keyturn here.`,
    until: { min: today, max: lastPromise(expiresAt, now, timeZone) },
  };
}

function lastPromise(expiresAt: string | null, now: Date, timeZone: string): LocalDate {
  const today = localDate(now, timeZone);
  const furthest = addDays(today, MAX_PROMISE_DAYS);
  if (expiresAt === null) return furthest;
  const end = new Date(expiresAt);
  if (end <= now) return addDays(today, MAX_LATE_PROMISE_DAYS);
  const endDay = localDate(end, timeZone);
  return endDay < furthest ? endDay : furthest;
}

function passOnOffer({ domains }: OfferOptions): Offer[] {
  if (domains.length === 0) return [];
  return [
    {
      choice: 'passOn',
      label: 'Not me: pass it on',
      says: 'They get this warning now, and read that it came from you. You are told again only within 7 days of the end. This uses up your link.',
      domains,
    },
  ];
}

const ASK_ADMIN: Offer = {
  choice: 'askAdmin',
  label: 'I cannot: ask my admin',
  says: 'Whoever looks after Keyturn here is told now, with your reason. You are still reminded.',
};

function snoozeOffer(finding: Offered, { now, timeZone }: OfferOptions): Offer[] {
  if (isWithin(finding, SNOOZE_ENDS_DAYS, now)) return [];
  const today = localDate(now, timeZone);
  return [
    {
      choice: 'snooze',
      label: 'Not now',
      says: `You get no mail about it before that day, at most ${MAX_SNOOZE_DAYS} days, and are told again in any case ${SNOOZE_ENDS_DAYS} days before the end. The others are still told, and see that you snoozed.`,
      until: { min: addDays(today, 1), max: addDays(today, MAX_SNOOZE_DAYS) },
    },
  ];
}
