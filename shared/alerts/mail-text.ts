import type { Card, Line, MailDocument, Section } from './mail-document.ts';

/** The plain text part: everything that the HTML part says, addresses of links included. */
export function textOf({ heading, intro, sections, footer }: MailDocument): string {
  const blocks = [
    heading.toUpperCase(),
    ...intro.map(plain),
    ...sections.flatMap(sectionBlocks),
    '-- ',
    ...footer.map(plain),
  ];
  return `${blocks.join('\n\n').replace('-- \n\n', '-- \n')}\n`;
}

function sectionBlocks({ title, cards, more }: Section): string[] {
  return [
    ...(title === null ? [] : [`== ${title} ==`]),
    ...cards.map(cardBlock),
    ...(more === null ? [] : [more]),
  ];
}

function cardBlock({ title, when, facts, notice, steps, link, answer, notes }: Card): string {
  const parts = [
    `${title}\n${when}`,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    notice === null ? '' : plain(notice),
    steps.length === 0
      ? ''
      : `What to do:\n${steps.map((step, index) => `${index + 1}. ${plain(step)}`).join('\n')}`,
    linkBlock(link),
    linkBlock(answer),
    notes.join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function linkBlock(link: Card['link'] = null): string {
  return link === null ? '' : `${link.label}:\n${link.url}`;
}

function plain(line: Line): string {
  return line.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
