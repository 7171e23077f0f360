import { readIsoInstant } from '../credentials/instant.ts';
import { ownerAddress } from '../credentials/owner-address.ts';
import { displayText } from '../display-text.ts';
import type { Policy } from './policy.ts';
import { DAY_MS } from './status.ts';

/** Where owners can write: an application's or servicePrincipal's own members in Graph. */
export interface Written {
  tags: readonly string[];
  notes: string | null;
}

/**
 * Reads the overrides that owners wrote: each a tag, or a line of the notes, `keyturn:{name}={value}`. Null where there
 * is none. Whatever cannot count (a typing error, a date too far away, a sixth address) becomes a sentence in `faults`
 * and nothing else; of what is given twice, the first counts. Pure; `now` decides what is too far away.
 */
export function policyOf({ tags, notes }: Written, now: Date): Policy | null {
  const texts = [...tags.filter(isOverride), ...linesOf(notes).filter(isOverride)];
  if (texts.length === 0) return null;
  const policy = noPolicy();
  const seen = new Set<string>();
  for (const text of texts.slice(0, MAX_OVERRIDES)) {
    const fault = apply(policy, seen, { text, now });
    if (fault !== null) policy.faults.push(`“${displayText(text, MAX_QUOTED)}” ${fault}`);
  }
  const rest = texts.length - MAX_OVERRIDES;
  if (rest > 0) policy.faults.push(`${rest} more overrides were not read: ${MAX_OVERRIDES} count.`);
  return policy;
}

/** Security rule 24: nobody may silence Keyturn for longer without being asked again. */
const MAX_DAYS_AHEAD = 180;
const MAX_ADDRESSES = 5;
const MAX_THRESHOLD_DAYS = 60;
const MAX_OVERRIDES = 20;
const MAX_QUOTED = 80;
const MAX_WHO = 40;
/** Graph's own limit for notes is 1,024 characters. */
const MAX_NOTES = 10_000;
/** Whatever else an owner wants, the last day is not left out (security rule 24). */
const ALWAYS: readonly number[] = [1, 0];

function noPolicy(): Policy {
  return {
    ignoreUntil: null,
    managedBy: null,
    notify: [],
    thresholdDays: null,
    replaceBy: null,
    faults: [],
  };
}

function linesOf(notes: string | null): string[] {
  // Most applications have notes without an override, and there may be a hundred thousand of them.
  if (notes === null || !/keyturn:/i.test(notes)) return [];
  return notes.slice(0, MAX_NOTES).split(/\r\n|[\r\n]/);
}

function isOverride(text: string): boolean {
  return /^\s*keyturn:/i.test(text);
}

interface Override {
  value: string;
  now: Date;
}

/** Writes one override into the policy; what is wrong with it, in words that go on after the override, or null. */
type Apply = (policy: Policy, override: Override) => string | null;

const APPLY: Record<string, Apply> = {
  'ignore-until': (policy, override) => {
    const until = dateOf(override);
    if ('fault' in until) return until.fault;
    policy.ignoreUntil = until.at;
    return null;
  },
  'managed-by': applyManagedBy,
  notify: applyNotify,
  thresholds: applyThresholds,
  'replace-by': (policy, override) => {
    const by = dateOf(override);
    if ('fault' in by) return by.fault;
    policy.replaceBy = by.at;
    return null;
  },
};

function apply(
  policy: Policy,
  seen: Set<string>,
  { text, now }: { text: string; now: Date },
): string | null {
  const [, name = '', value = ''] = /^\s*keyturn:\s*([^=\s]*)\s*=?(.*)$/is.exec(text) ?? [];
  const known = name.toLowerCase();
  const one = Object.hasOwn(APPLY, known) ? APPLY[known] : undefined;
  if (one === undefined) return `is none of keyturn:${Object.keys(APPLY).join('=, keyturn:')}=.`;
  if (seen.has(known)) return 'is given a second time: the first counts.';
  seen.add(known);
  return one(policy, { value: value.trim(), now });
}

function applyManagedBy(policy: Policy, { value, now }: Override): string | null {
  const [who = '', ...members] = value.split(';').map((part) => part.trim());
  const review = members.map((member) => /^review\s*=(.*)$/i.exec(member)?.[1]?.trim());
  if (who === '' || members.length !== 1 || review[0] === undefined) {
    return 'does not count: write keyturn:managed-by=customer;review=2027-01-31.';
  }
  const at = dateOf({ value: review[0], now });
  if ('fault' in at) return at.fault;
  policy.managedBy = { who: displayText(who, MAX_WHO), review: at.at };
  return null;
}

function applyNotify(policy: Policy, { value }: Override): string | null {
  const given = value
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const addresses = given.flatMap((part) => ownerAddress(part, null) ?? []);
  const different = differentOnes(addresses);
  policy.notify = different.slice(0, MAX_ADDRESSES);
  if (given.length === 0) return 'names nobody: write keyturn:notify=name@contoso.com.';
  if (addresses.length < given.length) return 'holds something that is not a mail address.';
  return different.length > MAX_ADDRESSES
    ? `names more than ${MAX_ADDRESSES} addresses: the first ${MAX_ADDRESSES} count.`
    : null;
}

function differentOnes(addresses: string[]): string[] {
  const keys = addresses.map((address) => address.toLowerCase());
  return addresses.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

function applyThresholds(policy: Policy, { value }: Override): string | null {
  const given = value.split(',').map((part) => part.trim());
  const isList = given.every(
    (part) => /^\d{1,2}$/.test(part) && Number(part) <= MAX_THRESHOLD_DAYS,
  );
  if (!isList) return 'does not count: write days from 60 to 0, such as keyturn:thresholds=30,7.';
  policy.thresholdDays = [...new Set([...given.map(Number), ...ALWAYS])].toSorted((a, b) => b - a);
  return null;
}

/** A day without a time begins at midnight UTC. */
function dateOf({ value, now }: Override): { at: string } | { fault: string } {
  const at = readIsoInstant(value);
  if (at === null) return { fault: 'does not count: write a date, such as 2027-01-31.' };
  const latest = new Date(now.getTime() + MAX_DAYS_AHEAD * DAY_MS);
  if (at > latest) {
    const day = latest.toISOString().slice(0, 10);
    return {
      fault: `does not count: it is more than ${MAX_DAYS_AHEAD} days away. Write ${day} or a day before it.`,
    };
  }
  return { at: at.toISOString() };
}
