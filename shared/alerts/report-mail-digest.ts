import type { DigestEntry, DigestSection } from './digest-item.ts';
import type { Card, Section } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { momentWords, whenOf } from './mail-when.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';
import type { ReportItem } from './report-item.ts';

/** The week in review. */
export function digestParts(
  reports: readonly ReportItem[],
  options: ReportMailOptions,
): ReportPart[] {
  return reports
    .filter((report) => report.kind === 'digest')
    .map(({ week, sections }) => ({
      subject: `Week ${week}: ${subjectWords(sections)}`,
      heading: `Week ${week}`,
      // What there is none of is not worth a heading.
      sections: sections
        .filter(({ count }) => count > 0)
        .map((section) => sectionOf(section, options)),
    }));
}

const MAX_WORDS = 400;

const TITLES: Record<DigestSection['about'], string> = {
  coverage: 'What was read',
  ended: 'Has stopped, and nothing replaced it',
  ending: 'Stops within 60 days',
  silenced: 'Nobody is warned, because somebody said so',
  faults: 'Asked for in tags or notes, and does not count',
  ownerless: 'Nobody owns it',
  cleanUp: 'Can be deleted',
  sent: 'Messages that went out in the last 7 days',
  givenUp: 'Messages that reached nobody in the last 7 days',
};

function subjectWords(sections: readonly DigestSection[]): string {
  const countOf = (about: DigestSection['about']) =>
    sections.find((section) => section.about === about)?.count ?? 0;
  return `${countOf('ending')} to replace, ${countOf('ended')} stopped, ${countOf('silenced')} silenced`;
}

function sectionOf({ about, count, entries }: DigestSection, options: ReportMailOptions): Section {
  const left = count - entries.length;
  return {
    title: `${TITLES[about]}: ${count.toLocaleString('en-US')}`,
    cards: byTenant(entries).map((own) => cardOf(about, own, options)),
    more: left > 0 ? `and ${left} more: see GET /api/findings and GET /api/checks` : null,
  };
}

function byTenant(entries: readonly DigestEntry[]): DigestEntry[][] {
  const groups = new Map<string, DigestEntry[]>();
  for (const entry of entries) {
    groups.set(entry.tenantId, [...(groups.get(entry.tenantId) ?? []), entry]);
  }
  return [...groups.values()];
}

function cardOf(
  about: DigestSection['about'],
  entries: DigestEntry[],
  options: ReportMailOptions,
): Card {
  const tenantName = entries.find((entry) => entry.tenantName !== null)?.tenantName;
  return {
    title: tenantName === undefined || tenantName === null ? 'Keyturn' : nameInMail(tenantName),
    when: entries.length === 1 ? '1 entry' : `${entries.length} entries`,
    tone: about === 'ended' || about === 'givenUp' ? 'ended' : 'later',
    facts: entries.map((entry) => ({
      label: nameInMail(entry.name),
      value: wordsOf(about, entry, options),
    })),
    notice: null,
    steps: [],
    link: null,
    notes: [],
  };
}

function wordsOf(
  about: DigestSection['about'],
  { words, at }: DigestEntry,
  { now, timeZone }: ReportMailOptions,
): string {
  const plain = nameInMail(words, MAX_WORDS);
  if (at === null) return plain;
  if (about === 'ending' || about === 'ended') return `${plain}: ${whenOf(at, now, timeZone).full}`;
  if (about === 'silenced') return `${plain}, until ${momentWords(at, now, timeZone)}`;
  return `${plain} (${momentWords(at, now, timeZone)})`;
}
