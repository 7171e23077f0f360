import { DAY_MS } from '../expiry/status.ts';
import { isSameAddress, noteOf, type Act, type ActNote } from './act.ts';
import { localDate, type LocalDate } from './local-date.ts';
import type { Recipient, RecipientLists } from './recipients.ts';
import { ALL_TENANTS } from './scopes.ts';

export interface ActedOn {
  id: string;
  expiresAt: string | null;
}

export interface MutingOptions {
  lists: RecipientLists;
  now: Date;
  timeZone: string;
}

/** Who is told after everybody has had their say. */
export interface Heard {
  told: Recipient[];
  /** What the others said, for the messages. */
  notes: ActNote[];
  /**
   * What sets this recipient's rows of the ledger apart from those that they had before; null for nothing. A promise
   * that was not kept is told about once, at the stage that was told already.
   */
  roundOf: (destination: { address: string; scope: string }) => string | null;
}

/** A snooze never reaches into the last days, nor a promise into the last one; whoever passed it on is told again. */
export const SNOOZE_ENDS_DAYS = 3;
const PROMISE_ENDS_DAYS = 1;
const PASSED_ON_ENDS_DAYS = 7;

/**
 * What was said over links in mails, applied to whom a finding is told: some are not told yet, others in addition.
 * Pure. Whoever is left out is simply not planned, so the stage that is due when that ends is planned then, and
 * nothing is lost. The lists (fallback, escalation, operations) are never left out.
 */
export function afterActs(
  finding: ActedOn,
  { chosen, acts }: { chosen: readonly Recipient[]; acts: readonly Act[] },
  options: MutingOptions,
): Heard {
  const said = actsOn(finding, acts);
  const lapsed = lapsedPromises(said, options);
  const lapse = lapsed.at(-1) ?? null;
  const candidates = unique([
    ...chosen,
    ...said.flatMap((act) => (act.kind === 'passedOn' ? passedOnTo(act.to) : [])),
    ...(lapse === null ? [] : options.lists.fallback.map(fallbackAfterLapse)),
  ]);
  return {
    told: candidates.filter((recipient) => !isMuted(finding, { recipient, said }, options)),
    notes: said.map(noteOf),
    roundOf: ({ address, scope }) => {
      const concerns = scope === ALL_TENANTS || lapsed.some(({ by }) => isSameAddress(by, address));
      return lapse === null || !concerns ? null : `promised ${lapse.by} ${lapse.until}`;
    },
  };
}

/** What was said about this end of this credential. */
export function actsOn({ id, expiresAt }: ActedOn, acts: readonly Act[]): Act[] {
  return acts.filter((act) => act.findingId === id && act.expiresAt === expiresAt);
}

/** True while less than so many days are left, and after the end. */
export function isWithin({ expiresAt }: ActedOn, days: number, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now.getTime() <= days * DAY_MS;
}

/** True for an address that an operator put on a list: such a recipient is never muted. */
export function isListed(address: string, lists: RecipientLists): boolean {
  const listed = [...lists.fallback, ...lists.escalation, ...lists.operations];
  return listed.some((one) => isSameAddress(one, address));
}

interface Considered {
  recipient: Recipient;
  said: readonly Act[];
}

function isMuted(
  finding: ActedOn,
  { recipient: { address, audience }, said }: Considered,
  { lists, now, timeZone }: MutingOptions,
): boolean {
  if (audience === 'list' || isListed(address, lists)) return false;
  const today = localDate(now, timeZone);
  const own = said.filter(({ by }) => isSameAddress(by, address));
  const hasLeft = (days: number) => !isWithin(finding, days, now);
  return (
    (hasLeft(SNOOZE_ENDS_DAYS) && today < lastDay(own, 'snoozed')) ||
    (hasLeft(PROMISE_ENDS_DAYS) && today <= lastDay(own, 'promised')) ||
    (hasLeft(PASSED_ON_ENDS_DAYS) && hasPassedOn(said, address))
  );
}

/** The day that was named last; before all days where none was. */
function lastDay(said: readonly Act[], kind: 'snoozed' | 'promised'): LocalDate {
  const last = said.findLast((act) => act.kind === kind);
  return last !== undefined && 'until' in last ? last.until : '';
}

/** True for whoever passed it on and did not get it back. */
function hasPassedOn(said: readonly Act[], address: string): boolean {
  const last = said.findLast(
    (act) =>
      act.kind === 'passedOn' && (isSameAddress(act.by, address) || isSameAddress(act.to, address)),
  );
  return last !== undefined && isSameAddress(last.by, address);
}

type Promised = Extract<Act, { kind: 'promised' }>;

/** Each person's last promise, where its day is over; in the order of these days. */
function lapsedPromises(said: readonly Act[], { now, timeZone }: MutingOptions): Promised[] {
  const today = localDate(now, timeZone);
  const latest = new Map<string, Promised>();
  for (const act of said) if (act.kind === 'promised') latest.set(act.by.toLowerCase(), act);
  return [...latest.values()]
    .filter(({ until }) => until < today)
    .toSorted((a, b) => (a.until < b.until ? -1 : 1));
}

function passedOnTo(address: string): Recipient[] {
  return [{ address, audience: 'owner', reason: 'passedOn' }];
}

function fallbackAfterLapse(address: string): Recipient {
  return { address, audience: 'list', reason: 'promisePassed' };
}

function unique(recipients: readonly Recipient[]): Recipient[] {
  return recipients.filter(
    ({ address }, index) =>
      recipients.findIndex((one) => isSameAddress(one.address, address)) === index,
  );
}
