import type { WalkedCredential } from '../shared/checks/walk.ts';
import { displayText } from '../shared/display-text.ts';
import { cells, cutToCells, wrapToCells } from './cells.ts';
import type { ScanReport } from './scan-report.ts';
import { sectionsOf } from './sections.ts';
import { instantText, whenText } from './when-words.ts';
import { holderText, nothingText, remarksOf, summaryText, whatText } from './words.ts';

/** The report for a terminal of so many columns: what needs someone first, then what was not read, then the sum. */
export function formatTable(report: ScanReport, columns: number): string {
  const width = Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH) - 1;
  const sections = sectionsOf(report);
  const lines = sections.flatMap(({ title, findings }) => [
    `${title} (${String(findings.length)})`,
    ...findings.flatMap((finding) => rowLines(finding, report, width)),
    '',
  ]);
  if (sections.length === 0) lines.push(...wrapToCells(nothingText(report), width), '');
  lines.push(...unreadLines(report, width));
  lines.push(...wrapToCells(summaryText(report), width));
  if (!report.complete && sections.length > 0) {
    lines.push(...wrapToCells('Not everything was read. Do not treat silence as OK.', width));
  }
  lines.push(`As of ${instantText(report.asOf)}.`);
  return `${lines.join('\n')}\n`;
}

const MIN_WIDTH = 50;
const MAX_WIDTH = 200;
const INDENT = '  ';
const GAP = '  ';
const MAX_UNREAD_SHOWN = 20;

function rowLines(finding: WalkedCredential, { asOf }: ScanReport, width: number): string[] {
  const whenWidth = 36;
  const rest = width - INDENT.length - whenWidth - 2 * GAP.length;
  const when = whenText(finding, asOf);
  const what = whatText(finding);
  const holder = holderText(finding);
  const details = remarksOf(finding).join(' · ');
  const isWide = rest >= 60 && cells(when) <= whenWidth;
  const first = isWide
    ? [
        `${INDENT}${padded(when, whenWidth)}${GAP}${padded(holder, Math.floor(rest / 2))}${GAP}${cutToCells(what, Math.ceil(rest / 2))}`,
      ]
    : [
        `${INDENT}${cutToCells(when, width - INDENT.length)}`,
        ...indented(`${holder}: ${what}`, 4, width),
      ];
  const detailIndent = isWide ? INDENT.length + whenWidth + GAP.length : 4;
  return [...first, ...(details === '' ? [] : indented(details, detailIndent, width))].map((line) =>
    line.trimEnd(),
  );
}

function unreadLines({ unread }: ScanReport, width: number): string[] {
  if (unread.length === 0) return [];
  const shown = unread.slice(0, MAX_UNREAD_SHOWN).flatMap(({ where, reason }) => {
    return indented(`${displayText(where, 200)}: ${displayText(reason, 900)}`, 2, width);
  });
  const more = unread.length - MAX_UNREAD_SHOWN;
  return [
    `Not read (${String(unread.length)})`,
    ...shown,
    ...(more > 0 ? [`${INDENT}and ${String(more)} more`] : []),
    '',
  ];
}

function indented(text: string, spaces: number, width: number): string[] {
  const indent = ' '.repeat(spaces);
  return wrapToCells(text, width - spaces).map((line) => `${indent}${line}`);
}

function padded(text: string, width: number): string {
  const cut = cutToCells(text, width);
  return cut + ' '.repeat(width - cells(cut));
}
