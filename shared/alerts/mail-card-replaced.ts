import type { Proof } from '../expiry/proof.ts';
import type { AlertItem } from './alert-item.ts';
import { line, strong, type Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { dayOf } from './mail-when.ts';

type Replaced = Pick<
  AlertItem,
  'type' | 'consumers' | 'recordedConsumers' | 'proof' | 'replacement'
>;

interface Where {
  now: Date;
  timeZone: string;
}

/** A new one exists, and what is known about who uses which: what was said, what was seen, and what to do. */
export function replacementNotice(item: Replaced, options: Where): Line {
  const { proof, type } = item;
  const kind = kindWord(type);
  const head = strong(`A new ${kind} exists.`);
  if (type === 'samlSigningCertificate') {
    return line`${head} It signs nobody in until it is made active, and the other side must have it first.`;
  }
  const what = kind === 'secret' ? 'its Value' : 'it';
  const otherwise = `If not, do it now, or create another one if nobody has ${what} any more.`;
  if (proof?.stillUsed === true) return stillUsedNotice(head, proof, options);
  const seen =
    (proof?.oldSeenAt ?? null) === null
      ? ' We cannot see who uses it.'
      : ` The old one was ${seenWords(item, options)}.`;
  return line`${head}${seen} Did you enter it ${whereOf(item)}? If so, nothing stops. ${otherwise}`;
}

/** What people call it in a sentence. */
export function kindWord(type: AlertItem['type']): string {
  return KINDS[type] ?? 'one';
}

const KINDS: Partial<Record<AlertItem['type'], string>> = {
  clientSecret: 'secret',
  keyVaultSecret: 'secret',
  certificate: 'certificate',
  samlSigningCertificate: 'certificate',
  keyVaultCertificate: 'certificate',
  keyVaultKey: 'key',
};

/** What was seen speaks against what was said. */
function stillUsedNotice(head: { strong: string }, proof: Proof, options: Where): Line {
  const who = proof.saidBy === null ? 'Somebody' : nameInMail(proof.saidBy);
  const on = proof.saidAt === null ? '' : ` on ${dayOf(proof.saidAt, options)}`;
  return line`${head} ${who} said${on} that the new one was entered. ${strong('The old one was used after that')}: ${seenWords({ proof }, options)}. Something still signs in with it: find out what, and enter the new one there.`;
}

/** Sign-in activity lags, and failed attempts count in it: the day is said, and how sure it is. */
function seenWords({ proof }: Pick<Replaced, 'proof'>, options: Where): string {
  const at = proof?.oldSeenAt ?? null;
  return at === null ? 'not seen' : `last seen ${dayOf(at, options)} (up to a day late)`;
}

/** The places that nothing proves yet, by name; else what it looks like. */
function whereOf({ consumers, recordedConsumers, proof }: Replaced): string {
  const unproven = new Set(proof?.unproven);
  const open = recordedConsumers.filter(({ name }) => unproven.has(name));
  const places = (open.length > 0 ? open : recordedConsumers).map(
    ({ system, name }) => `${nameInMail(system)} “${nameInMail(name)}”`,
  );
  const [first] = consumers;
  if (places.length > 0) return `in ${places.slice(0, MAX_NAMED).join(' and in ')}`;
  return first === undefined ? 'wherever the old one is used' : `in ${nameInMail(first.system)}`;
}

const MAX_NAMED = 4;
