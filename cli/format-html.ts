import type { WalkedCredential } from '../shared/checks/walk.ts';
import { displayText } from '../shared/display-text.ts';
import type { ScanReport } from './scan-report.ts';
import { sectionsOf, type Section } from './sections.ts';
import { instantText, whenText } from './when-words.ts';
import { holderText, nothingText, remarksOf, summaryText, whatText } from './words.ts';

/** The report as one page that needs nothing else: no script, no font, no picture, and a policy that forbids them. */
export function formatHtml(report: ScanReport): string {
  const sections = sectionsOf(report);
  const body = [
    '<h1>What ends</h1>',
    `<p>As of ${escaped(instantText(report.asOf))}${tenantText(report)}</p>`,
    report.complete ? '' : unreadPart(report),
    ...sections.map((section) => sectionPart(section, report)),
    sections.length === 0 ? `<p>${escaped(nothingText(report))}</p>` : '',
    `<p>${escaped(summaryText(report))}</p>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What ends, as of ${escaped(instantText(report.asOf))}</title>
<style>${STYLE}</style>
</head>
<body>
${body.filter((part) => part !== '').join('\n')}
</body>
</html>
`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
.warning { border-left: 4px solid #b3261e; padding: .5rem 1rem; background: #fdf0ef }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1b1b1b } th, td { border-color: #444 } .warning { background: #3a1f1d } }
`;

function sectionPart({ title, findings }: Section, { asOf }: ScanReport): string {
  return `<h2>${escaped(title)} (${String(findings.length)})</h2>
<table>
<thead><tr><th>When</th><th>Application</th><th>What</th><th>Remarks</th></tr></thead>
<tbody>
${findings.map((finding) => rowOf(finding, asOf)).join('\n')}
</tbody>
</table>`;
}

function rowOf(finding: WalkedCredential, asOf: Date): string {
  const cells = [
    whenText(finding, asOf),
    holderText(finding),
    whatText(finding),
    remarksOf(finding).join('; '),
  ];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

function unreadPart({ unread }: ScanReport): string {
  const items = unread.map(
    ({ where, reason }) =>
      `<li>${escaped(displayText(where, 200))}: ${escaped(displayText(reason, 900))}</li>`,
  );
  return `<div class="warning"><p><strong>Not everything was read. Do not treat silence as OK.</strong></p><ul>${items.join('')}</ul></div>`;
}

function tenantText({ tenantId }: ScanReport): string {
  return tenantId === null ? '' : `, tenant ${escaped(tenantId)}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
