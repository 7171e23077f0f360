import { line, type Card } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';
import { momentWords } from './mail-when.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';
import type { ListRead, ReportItem } from './report-item.ts';

type Trouble = Extract<ReportItem, { kind: 'coverageTrouble' }>;
type Restored = Extract<ReportItem, { kind: 'coverageRestored' }>;

/** Tenants that are not watched whole, the worst first, then those that are again. */
export function coverageParts(
  reports: readonly ReportItem[],
  options: ReportMailOptions,
): ReportPart[] {
  const troubles = reports
    .filter((report) => report.kind === 'coverageTrouble')
    .toSorted((a, b) => weightOf(a) - weightOf(b));
  const over = reports.filter((report) => report.kind === 'coverageRestored');
  return [
    ...(troubles.length === 0 ? [] : [troublePart(troubles, options)]),
    ...(over.length === 0 ? [] : [restoredPart(over, options)]),
  ];
}

/** "Read 891 of 1,203 applications. Do not treat silence as OK." */
function coverageWords(trouble: Trouble): string {
  return `${readWords(trouble)} ${isBlind(trouble) ? SILENCE : NOT_BLIND}`;
}

/** A tenant's name, or its id where the name may not be read. */
function tenantWords({ tenantId, tenantName }: Pick<Trouble, 'tenantId' | 'tenantName'>): string {
  return tenantName === null ? `Tenant ${tenantId}` : nameInMail(tenantName);
}

const SILENCE = 'Do not treat silence as OK.';
const NOT_BLIND = 'No application was missed.';
const MAX_CARDS = 30;
const MAX_REASON = 700;

function troublePart(troubles: Trouble[], options: ReportMailOptions): ReportPart {
  const [first] = troubles;
  const isOne = troubles.length === 1 && first !== undefined;
  const subject = isOne
    ? `${tenantWords(first)}: ${coverageWords(first).replace('. Do', ': do').replace(/\.$/, '')}`
    : `${troubles.length} tenants are not watched completely: do not treat silence as OK`;
  return {
    subject,
    heading: isOne ? 'A tenant is not watched completely' : 'Tenants are not watched completely',
    sections: [
      {
        title: null,
        cards: troubles.slice(0, MAX_CARDS).map((trouble) => troubleCard(trouble, options)),
        more: moreOf(troubles.length),
      },
    ],
  };
}

function troubleCard(trouble: Trouble, { now, timeZone }: ReportMailOptions): Card {
  const { reasons, since, hasChanged, status } = trouble;
  const because = reasons.map((reason) => ({ label: 'Why', value: sentence(reason) }));
  return {
    title: tenantWords(trouble),
    when: coverageWords(trouble),
    tone: status === 'failed' || trouble.suspicious ? 'ended' : 'soon',
    facts: [
      ...because,
      ...(hasChanged
        ? [{ label: 'Not whole since', value: momentWords(since, now, timeZone) }]
        : []),
    ],
    notice: isBlind(trouble)
      ? line`What was known before stays open and is still warned about; nothing is taken for gone.`
      : null,
    steps: [],
    link: null,
    notes: [
      hasChanged
        ? 'You were told about this tenant before; the reason is another one now.'
        : 'You are told again when the reason changes, and when it is over.',
    ],
  };
}

function restoredPart(over: Restored[], options: ReportMailOptions): ReportPart {
  const [first] = over;
  return {
    subject:
      over.length === 1 && first !== undefined
        ? `${tenantWords(first)} is watched completely again`
        : `${over.length} tenants are watched completely again`,
    heading: over.length === 1 ? 'A tenant is watched again' : 'Tenants are watched again',
    sections: [
      {
        title: null,
        cards: over.slice(0, MAX_CARDS).map((one) => restoredCard(one, options)),
        more: moreOf(over.length),
      },
    ],
  };
}

function restoredCard(over: Restored, { now, timeZone }: ReportMailOptions): Card {
  const applications = over.lists.find(({ list }) => list === 'applications')?.read ?? 0;
  return {
    title: tenantWords(over),
    when: `Over: read ${counted(applications)} applications to the end.`,
    tone: 'later',
    facts: [
      { label: 'Not whole from', value: momentWords(over.since, now, timeZone) },
      { label: 'Whole again', value: momentWords(over.until, now, timeZone) },
    ],
    notice: null,
    steps: [],
    link: null,
    notes: [],
  };
}

function readWords(trouble: Trouble): string {
  const broken = trouble.lists.find(({ list, complete }) => !complete && list in LIST_WORDS);
  if (broken !== undefined) return brokenWords(broken);
  if (trouble.suspicious) return shrunkWords(trouble.lists);
  return trouble.status === 'complete'
    ? 'Everything was read, but not every name in it.'
    : 'Not everything could be read.';
}

function brokenWords({ list, read, before }: ListRead): string {
  const things = LIST_WORDS[list] ?? list;
  if (before !== null && before > read) {
    return `Read ${counted(read)} of ${counted(before)} ${things}.`;
  }
  return read === 0 ? `Read no ${things}.` : `Read ${counted(read)} ${things}, and not all.`;
}

function shrunkWords(lists: readonly ListRead[]): string {
  const shares = lists
    .filter(({ list, before }) => list in LIST_WORDS && before !== null && before > 0)
    .toSorted((a, b) => a.read / (a.before ?? 1) - b.read / (b.before ?? 1));
  const [worst] = shares;
  return worst === undefined ? 'Read no applications at all.' : brokenWords(worst);
}

const LIST_WORDS: Record<string, string> = {
  applications: 'applications',
  servicePrincipals: 'enterprise applications',
};

/** False where all was read and only names are blank: then silence is as good as ever. */
function isBlind({ status, suspicious }: Trouble): boolean {
  return status !== 'complete' || suspicious;
}

function weightOf(trouble: Trouble): number {
  if (trouble.status === 'failed') return 0;
  if (trouble.suspicious) return 1;
  return trouble.status === 'partial' ? 2 : 3;
}

/** Our own sentence with names from a directory in it: nothing looks like a link, and permissions can be copied. */
function sentence(reason: string): string {
  return nameInMail(reason, MAX_REASON).replaceAll(BROKEN_PERMISSION, (permission) =>
    permission.replaceAll('\u200B', ''),
  );
}

const BROKEN_PERMISSION = /\b[A-Z][A-Za-z]+\.\u200B[A-Z][A-Za-z]+\.\u200BAll\b/g;

function moreOf(count: number): string | null {
  return count > MAX_CARDS ? `and ${count - MAX_CARDS} more: see GET /api/checks` : null;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}
