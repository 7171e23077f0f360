import { displayText } from '../shared/display-text.ts';
import type { ScanReport } from './scan-report.ts';
import { sectionsOf } from './sections.ts';
import { instantText, whenText } from './when-words.ts';
import { holderText, nothingText, remarksOf, summaryText, whatText } from './words.ts';

/** The report as Markdown (GitHub's tables), for an issue or a wiki page. Names cannot add markup or links. */
export function formatMarkdown(report: ScanReport): string {
  const sections = sectionsOf(report);
  const parts = sections.map(({ title, findings }) =>
    [
      `## ${plain(title)} (${String(findings.length)})`,
      '',
      row(['When', 'Application', 'What', 'Remarks']),
      row(['---', '---', '---', '---']),
      ...findings.map((finding) =>
        row([
          plain(whenText(finding, report.asOf)),
          plain(holderText(finding)),
          plain(whatText(finding)),
          plain(remarksOf(finding).join('; ')),
        ]),
      ),
    ].join('\n'),
  );
  if (sections.length === 0) parts.push(plain(nothingText(report)));
  if (!report.complete) parts.push(unreadPart(report));
  parts.push(plain(summaryText(report)));
  return `# What ends, as of ${instantText(report.asOf)}\n\n${parts.join('\n\n')}\n`;
}

function unreadPart({ unread }: ScanReport): string {
  const items = unread.map(
    ({ where, reason }) =>
      `- ${plain(displayText(where, 200))}: ${plain(displayText(reason, 900))}`,
  );
  const warning = '**Not everything was read. Do not treat silence as OK.**';
  return [warning, '', ...items].join('\n');
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** CommonMark lets any punctuation be escaped; ":" "@" and "www." would become links on GitHub. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()<>#!|~&:@$]/g, '\\$&')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, -1)}\\.`);
}
