import type { AlertItem } from './alert-item.ts';
import { actWords, askedFacts } from './mail-acts.ts';
import { doneCard, recheckCard } from './mail-card-done.ts';
import { replacementNotice } from './mail-card-replaced.ts';
import { line, strong, type Card, type Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { portalLinkOf } from './mail-portal.ts';
import { outsiderView } from './mail-outsiders.ts';
import { likelyOf, placeName, placesOf } from './mail-places.ts';
import { outsiderSteps, stepsOf } from './mail-steps.ts';
import { dayOf, doubted, whenOf } from './mail-when.ts';
import { linkKey, type AlertMessage } from './notifier.ts';
import { reasonWords, reasonWordsAbout } from './reasons.ts';

export interface CardOptions {
  now: Date;
  /** IANA name of the zone in which people are told the time. */
  timeZone: string;
  /** Origin of the portal of this cloud. */
  portalUrl: string;
}

/** The mail that a card is in. */
interface CardMail extends Pick<AlertMessage, 'address' | 'links' | 'playbooks'> {
  /** The playbooks that it has already: none is written twice. */
  written?: Set<string>;
}

interface WarningMail extends CardMail {
  /** The reader only looks after a place that holds the secret. */
  isOutsider: boolean;
}

/** One warning in full: what stops and when, whose it is, what to do, who else knows, and why this mail. */
export function cardOf(all: AlertItem, mail: CardMail, options: CardOptions): Card {
  const restricted = outsiderView(all, mail.address);
  const item = restricted ?? all;
  if (item.kind === 'done') return doneCard(item, credentialWords(item), options);
  if (item.kind === 'recheck') return recheckCard(item, credentialWords(item), options);
  return warningCard(item, { ...mail, isOutsider: restricted !== null }, options);
}

function warningCard(
  item: AlertItem,
  { address, links, playbooks = {}, written = new Set(), isOutsider }: WarningMail,
  options: CardOptions,
): Card {
  const link = isOutsider ? null : portalLinkOf(item, options.portalUrl);
  const answerUrl = links?.get(linkKey(item));
  return {
    ...headOf(item, options),
    facts: factsOf(item),
    notice: noticeOf(item, options),
    steps: isOutsider ? outsiderSteps(item) : stepsOf(item, options.portalUrl),
    places: placesOf(item, { playbooks, written }),
    link: link === null ? null : { label: linkLabel(options.portalUrl), url: link },
    answer: answerUrl === undefined ? null : { label: ANSWER_LABEL, url: answerUrl },
    notes: [
      ...promiseNotes(item, options),
      ...item.acts.map((act) => actWords(act, options.timeZone)),
      ...notesOf(item, address, isOutsider),
    ],
  };
}

const ANSWER_LABEL =
  'Tell Keyturn what happens: I entered it, I will by …, not me, ask my admin, snooze';

/** One warning in brief, for operations: what and when, and who would be told. */
export function briefCardOf(item: AlertItem, options: CardOptions): Card {
  return {
    ...headOf(item, options),
    facts: [
      { label: 'What ends', value: credentialWords(item) },
      { label: 'Would be told', value: peopleWords(item.told) },
    ],
    notice: null,
    steps: [],
    link: null,
    notes: [],
  };
}

function headOf(
  item: AlertItem,
  { now, timeZone }: CardOptions,
): Pick<Card, 'title' | 'when' | 'tone'> {
  const { full, tone } = whenOf(item.expiresAt, now, timeZone);
  const when = item.supersession === 'replacementUnproven' ? doubted(full) : full;
  const title = nameInMail(item.holder.displayName ?? item.name);
  return { title, when: `${when.charAt(0).toUpperCase()}${when.slice(1)}`, tone };
}

function factsOf(item: AlertItem): Card['facts'] {
  const { appId } = item.holder;
  return [
    ...(item.kind === 'undelivered' ? lostFacts(item) : []),
    ...(item.kind === 'asked' ? askedFacts(item) : []),
    { label: 'What ends', value: credentialWords(item) },
    { label: 'Used by', value: usedByWords(item) },
    { label: 'Owned by', value: ownerWords(item) },
    ...(appId === null ? [] : [{ label: 'Application ID', value: nameInMail(appId) }]),
  ];
}

function lostFacts({ told, address, because }: Lost): Card['facts'] {
  const entry = told.find((one) => isSame(one.address, address));
  const why = entry === undefined ? '' : ` (${reasonWordsAbout(entry.reason)})`;
  return [
    { label: 'Not delivered to', value: `${address}${why}` },
    { label: 'Because', value: because },
  ];
}

type Lost = Extract<AlertItem, { kind: 'undelivered' }>;

const TYPE_WORDS: Record<AlertItem['type'], string> = {
  clientSecret: 'Client secret',
  certificate: 'Certificate',
  samlSigningCertificate: 'Certificate that signs people in (SAML)',
  keyVaultSecret: 'Secret in a key vault',
  keyVaultCertificate: 'Certificate in a key vault',
  keyVaultKey: 'Key in a key vault',
  manual: 'Entry in Keyturn’s list',
  connection: 'Connection in Keyturn',
  federatedCredential: 'Federated credential',
};

export function credentialWords({
  type,
  name,
  hint,
  holder,
}: Pick<AlertItem, 'type' | 'name' | 'hint' | 'holder'>): string {
  const called = name === `starts with ${hint}` ? '' : ` “${nameInMail(name)}”`;
  const start = hint === null ? '' : ` whose value starts with ${nameInMail(hint, 8)}`;
  const where = holder.type === 'servicePrincipal' ? ', on the enterprise application' : '';
  return `${TYPE_WORDS[type]}${called}${start}${where}`;
}

function usedByWords(item: AlertItem): string {
  const recorded = item.recordedConsumers.map(
    ({ contact, ...place }) =>
      `${placeName(place)}${contact === null ? '' : ` (contact: ${nameInMail(contact)})`}`,
  );
  const likely = likelyOf(item).map(
    ({ system, because }) => `${nameInMail(system)} (judging by: ${nameInMail(because)})`,
  );
  if (recorded.length + likely.length === 0) {
    if (item.holder.type === 'connection')
      return 'whatever takes its tokens (Keyturn’s audit names who does)';
    return !isApplication(item)
      ? 'whatever reads it (Keyturn does not know what that is)'
      : 'whatever signs in as this application (Keyturn does not know what that is)';
  }
  return [...recorded, ...likely].join('; ');
}

function ownerWords({ owners, holder }: AlertItem): string {
  if (owners.length > 0) return listed(owners.map((owner) => nameInMail(owner)));
  return isApplication({ holder }) ? 'nobody: the application has no owner' : 'nobody on record';
}

function isApplication({ holder }: Pick<AlertItem, 'holder'>): boolean {
  return !['vault', 'manual', 'connection'].includes(holder.type);
}

function noticeOf(item: AlertItem, options: CardOptions): Line | null {
  if (item.supersession === 'replacementUnproven') return replacementNotice(item, options);
  if (item.keptIn !== null && item.keptIn.renewedAt !== null) return renewedNotice(item.keptIn);
  if (item.selfRenewing === null) return null;
  return line`${strong('This should have been replaced by itself and was not.')} Look first at the service that does it; the steps below are for when it cannot.`;
}

/** A promise in tags or notes silences until its day; what is told after that day says so. */
function promiseNotes({ promisedFor }: AlertItem, options: CardOptions): string[] {
  if (promisedFor === null || Date.parse(promisedFor) > options.now.getTime()) return [];
  return [
    `Its owners promised to replace it by ${dayOf(promisedFor, options)} (keyturn:replace-by).`,
  ];
}

/** Key Vault renews a certificate and tells nobody who has the old one. */
function renewedNotice({ vault, name, renewedAt }: NonNullable<AlertItem['keptIn']>): Line {
  const day = renewedAt?.slice(0, 10) ?? '';
  return line`${strong('Renewed in the vault, not on the application.')} The key vault ${nameInMail(vault)} has had a newer version of this certificate (${nameInMail(name)}) since ${day}. Nothing takes it to the application by itself.`;
}

function notesOf(
  { told, reason, kind }: AlertItem,
  address: string,
  isOutsider: boolean,
): string[] {
  if (reason === 'operations') {
    return kind === 'undelivered'
      ? []
      : [`When alerts are live, this goes to: ${peopleWords(told)}.`];
  }
  const others = told.filter((one) => !isSame(one.address, address));
  if (isOutsider) return [`You get this because ${reasonWords(reason)}.`];
  return [
    others.length === 0 ? 'Nobody else was told.' : `Also told: ${peopleWords(others)}.`,
    `You get this because ${reasonWords(reason)}.`,
  ];
}

function peopleWords(told: AlertItem['told']): string {
  if (told.length === 0) return 'nobody';
  return listed(told.map(({ address, reason }) => `${address} (${reasonWordsAbout(reason)})`));
}

const MAX_LISTED = 8;

function listed(entries: string[]): string {
  const rest = entries.length - MAX_LISTED;
  const shown = entries.slice(0, MAX_LISTED).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function linkLabel(portalUrl: string): string {
  return `Open it on ${new URL(portalUrl).hostname}`;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
