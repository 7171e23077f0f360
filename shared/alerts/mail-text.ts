import type { Card, Line, MailDocument, Place, Section } from './mail-document.ts';

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

function cardBlock(card: Card): string {
  const { title, when, facts, notice, steps, places, link, answer, notes } = card;
  const parts = [
    `${title}\n${when}`,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    notice === null ? '' : plain(notice),
    steps.length === 0 ? '' : `What to do:\n${numbered(steps)}`,
    ...(places ?? []).map(placeBlock),
    linkBlock(link),
    linkBlock(answer),
    notes.join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function linkBlock(link: Card['link'] = null): string {
  return link === null ? '' : `${link.label}:\n${link.url}`;
}

function placeBlock({ titles, steps }: Place): string {
  return [...titles.map(plain), numbered(steps)].join('\n');
}

function numbered(steps: readonly Line[]): string {
  return steps.map((step, index) => `${index + 1}. ${plain(step)}`).join('\n');
}

function plain(line: Line): string {
  return line.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
