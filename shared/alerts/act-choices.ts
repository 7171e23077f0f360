import type { Finding } from '../checks/finding.ts';
import { addDays, localDate, type LocalDate } from './local-date.ts';
import { isListed, isWithin, SNOOZE_ENDS_DAYS, type MutingOptions } from './muting.ts';

/** What the holder of a link may choose, and what will come of it. */
export interface Offer {
  choice: 'promise' | 'snooze';
  label: string;
  /** What would happen. */
  says: string;
  /** The days that may be named. */
  until: { min: LocalDate; max: LocalDate } | null;
}

/**
 * What is offered to this recipient now. Pure; what is not offered is refused. Nothing is, once the finding is closed.
 */
export function offersFor(
  finding: Pick<Finding, 'id' | 'expiresAt' | 'closedAt'>,
  address: string,
  options: MutingOptions,
): Offer[] {
  if (finding.closedAt !== null) return [];
  return [promiseOffer(finding, options), ...snoozeOffer(finding, address, options)];
}

const MAX_PROMISE_DAYS = 180;
/** What has ended already is not put off for long. */
const MAX_LATE_PROMISE_DAYS = 7;
const MAX_SNOOZE_DAYS = 14;

type Dated = Pick<Finding, 'id' | 'expiresAt'>;

function promiseOffer({ expiresAt }: Dated, { now, timeZone }: MutingOptions): Offer {
  const today = localDate(now, timeZone);
  return {
    choice: 'promise',
    label: 'I will do it by …',
    says: 'You get no reminder until that day is over, except on the last day before the end. If it is not done by then, you are told, and so is whoever looks after Keyturn here.',
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

function snoozeOffer(
  finding: Dated,
  address: string,
  { lists, now, timeZone }: MutingOptions,
): Offer[] {
  if (isListed(address, lists) || isWithin(finding, SNOOZE_ENDS_DAYS, now)) return [];
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
