import { displayText } from '../shared/display-text.ts';
import { plural } from './number-words.ts';
import { dayText } from './when-words.ts';

/** One mail of the coming days. Names and addresses are hostile text. */
export interface PreviewedMail {
  at: Date;
  address: string;
  items: { name: string; stage: number; because: string }[];
}

interface Preview {
  asOf: Date;
  days: number;
  mails: readonly PreviewedMail[];
  /** Names of applications that nobody owns. */
  ownerless: readonly string[];
}

/** The preview as a list by day, then what nobody owns, then the sum. */
export function formatPreview({ asOf, days, mails, ownerless }: Preview): string {
  const byDay = new Map<string, PreviewedMail[]>();
  for (const mail of mails) {
    const day = dayText(mail.at);
    byDay.set(day, [...(byDay.get(day) ?? []), mail]);
  }
  const people = new Set(mails.map(({ address }) => address.toLowerCase()));
  const lines = [
    `The next ${plural(days, 'day')} from ${dayText(asOf)} on, if alerts were live and nobody replaced anything:`,
    '',
    ...[...byDay].flatMap(([day, ones]) => [
      `${day}: ${plural(ones.length, 'mail')}`,
      ...ones.flatMap(mailLines),
      '',
    ]),
    ...ownerlessLines(ownerless),
    mails.length === 0
      ? 'No mail would be sent.'
      : `${plural(mails.length, 'mail')} to ${plural(people.size, 'person', 'people')} on ${plural(byDay.size, 'day')}.`,
  ];
  return `${lines.join('\n')}\n`;
}

const MAX_ITEMS = 5;

function mailLines({ address, items }: PreviewedMail): string[] {
  const rest = items.length - MAX_ITEMS;
  return [
    `  ${displayText(address, 320)}`,
    ...items
      .slice(0, MAX_ITEMS)
      .map(
        ({ name, stage, because }) =>
          `    ${displayText(name)}, ${stageText(stage)} (${displayText(because, 200)})`,
      ),
    ...(rest > 0 ? [`    and ${String(rest)} more`] : []),
  ];
}

function stageText(stage: number): string {
  if (stage === 0) return 'on its last day';
  return stage > 0
    ? `${plural(stage, 'day')} or less before its end`
    : `${plural(-stage, 'day')} after its end`;
}

function ownerlessLines(ownerless: readonly string[]): string[] {
  if (ownerless.length === 0) return [];
  const names = [...new Set(ownerless.map((name) => displayText(name)))].toSorted();
  return [
    `Nobody owns ${plural(names.length, 'application')} of these, so the fallback list is told:`,
    ...names.map((name) => `  ${name}`),
    '',
  ];
}
