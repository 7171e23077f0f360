import type { Card, Line, MailDocument, Place, Section } from './mail-document.ts';

/**
 * The HTML part. Inline styles and one table, since mail programs drop everything else; nothing is loaded from
 * anywhere. Every text is escaped here, and the only addresses in links are those of {@link Card.link} and {@link Card.answer}.
 */
export function htmlOf({ subject, heading, intro, sections, footer }: MailDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:0;background:#f3f4f6;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f4f6;"><tr><td align="center" style="padding:16px 8px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border:1px solid #d9dde3;border-radius:6px;"><tr><td style="padding:20px;${FONT}text-align:left;">
<h1 style="margin:0 0 12px;font-size:20px;line-height:26px;">${escaped(heading)}</h1>
${intro.map((text) => paragraph(marked(text), MUTED)).join('\n')}
${sections.map(sectionHtml).join('\n')}
<div style="margin-top:24px;padding-top:12px;border-top:1px solid #d9dde3;">
${footer.map((text) => paragraph(marked(text), `${MUTED}font-size:13px;line-height:18px;`)).join('\n')}
</div>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

/** Text that stands for itself in HTML, in an element or a quoted attribute. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const FONT =
  "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#1b1f24;";
const MUTED = 'color:#57606a;';
/** Long names and ids must not make a phone scroll sideways. */
const WRAP = 'overflow-wrap:anywhere;word-break:break-word;';
const TONES: Record<Card['tone'], string> = { ended: '#b42318', soon: '#9a5b00', later: '#1f5fa8' };

function sectionHtml({ title, cards, more }: Section): string {
  const head =
    title === null
      ? ''
      : `<h2 style="margin:20px 0 4px;font-size:16px;line-height:22px;${WRAP}">${escaped(title)}</h2>`;
  return [head, ...cards.map(cardHtml), more === null ? '' : paragraph(escaped(more), MUTED)]
    .filter((part) => part !== '')
    .join('\n');
}

function cardHtml(card: Card): string {
  const { title, when, tone, facts, notice, steps, places, link, answer, notes } = card;
  const parts = [
    `<h3 style="margin:0;font-size:17px;line-height:24px;${WRAP}">${escaped(title)}</h3>`,
    paragraph(`<strong style="color:${TONES[tone]};">${escaped(when)}</strong>`),
    ...facts.map(({ label, value }) =>
      paragraph(
        `<span style="${MUTED}">${escaped(label)}:</span> ${escaped(value)}`,
        'margin:0 0 4px;',
      ),
    ),
    notice === null ? '' : paragraph(marked(notice), 'margin:10px 0;'),
    steps.length === 0 ? '' : stepsHtml(steps),
    ...(places ?? []).map(placeHtml),
    linkHtml(link),
    linkHtml(answer),
    ...notes.map((note) =>
      paragraph(escaped(note), `${MUTED}margin:0 0 4px;font-size:14px;line-height:20px;`),
    ),
  ];
  return `<div style="margin:12px 0 0;padding:12px 0 0 14px;border-left:4px solid ${TONES[tone]};">
${parts.filter((part) => part !== '').join('\n')}
</div>`;
}

function linkHtml(link: Card['link'] = null): string {
  if (link === null) return '';
  return paragraph(
    `<a href="${escaped(link.url)}" style="color:#1f5fa8;">${escaped(link.label)}</a>`,
  );
}

function placeHtml({ titles, steps }: Place): string {
  const head = titles.map((title) => paragraph(marked(title), 'margin:0 0 4px;')).join('\n');
  return `${head}\n${listHtml(steps)}`;
}

function stepsHtml(steps: readonly Line[]): string {
  return `<p style="margin:12px 0 4px;"><strong>What to do</strong></p>\n${listHtml(steps)}`;
}

function listHtml(steps: readonly Line[]): string {
  const items = steps.map((step) => `<li style="margin:0 0 6px;${WRAP}">${marked(step)}</li>`);
  return `<ol style="margin:0 0 12px;padding-left:22px;">
${items.join('\n')}
</ol>`;
}

function paragraph(html: string, style = ''): string {
  return `<p style="margin:0 0 8px;${style}${WRAP}">${html}</p>`;
}

function marked(line: Line): string {
  return line
    .map((part) =>
      typeof part === 'string' ? escaped(part) : `<strong>${escaped(part.strong)}</strong>`,
    )
    .join('');
}
