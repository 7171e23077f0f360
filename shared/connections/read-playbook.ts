import MarkdownIt from 'markdown-it';
import type { Playbook, StepText } from './playbook.ts';

export type PlaybookRead = { ok: true; playbook: Playbook } | { ok: false; faults: string[] };

/** What a playbook may have; a mail holds several. */
const MAX_CHARACTERS = 8_000;
const MAX_STEPS = 12;
const MAX_SYSTEMS = 20;

/**
 * Reads a playbook: a head with `systems:`, then one list of steps, in a subset of Markdown (bold, italics, code). What
 * goes beyond that is refused with the reason; HTML, links and pictures never reach a mail, whoever wrote them.
 */
export function readPlaybook(id: string, markdown: string): PlaybookRead {
  if (markdown.length > MAX_CHARACTERS)
    return { ok: false, faults: [`Write ${MAX_CHARACTERS} characters at most.`] };
  const [, head = '', body = markdown] = HEAD.exec(markdown.replaceAll('\r\n', '\n')) ?? [];
  const systems = systemsOf(head);
  const faults = systems.length === 0 || systems.length > MAX_SYSTEMS ? [NO_SYSTEMS] : [];
  const { steps, faults: wrong } = stepsOf(body);
  faults.push(...wrong);
  return faults.length > 0
    ? { ok: false, faults: [...new Set(faults)] }
    : { ok: true, playbook: { id, systems, steps } };
}

const HEAD = /^\s*---\n(.*?)\n---\n(.*)$/s;
const NO_SYSTEMS = `Begin with a head that names 1 to ${MAX_SYSTEMS} systems: a line ---, a line "systems: Order Hub, Shop", a line ---.`;
const ONE_LIST = `Write the steps as one list of 1 to ${MAX_STEPS} points, without lists in it and without text around it.`;

function systemsOf(head: string): string[] {
  const line = /^systems:(.*)$/m.exec(head)?.[1] ?? '';
  const names = line.split(',').map((name) => name.trim());
  return names.filter((name) => /[\p{L}\p{N}]/u.test(name) && name.length <= 120);
}

function stepsOf(body: string): { steps: StepText[]; faults: string[] } {
  // html: false turns tags into text; they are refused all the same, so that nobody wonders.
  const tokens = new MarkdownIt({ html: false, linkify: false, typographer: false }).parse(
    body,
    {},
  );
  const faults = tokens.flatMap((token) => BLOCKS[token.type] ?? [`${token.type}: ${ONE_LIST}`]);
  const lists = tokens.filter(({ type, nesting }) => type.endsWith('_list_open') && nesting === 1);
  const items = tokens.filter(({ type }) => type === 'list_item_open');
  const inlines = tokens.filter(({ type }) => type === 'inline');
  if (lists.length !== 1 || items.length !== inlines.length || items.length > MAX_STEPS)
    faults.push(ONE_LIST);
  if (/<[a-z!/?]/i.test(body)) faults.push('HTML is not taken.');
  const steps = inlines.map(({ children }) => {
    const read = textOf(children ?? []);
    faults.push(...read.faults);
    return read.text;
  });
  return { steps, faults };
}

/** The blocks that are taken, without fault. */
const BLOCKS: Record<string, string[]> = Object.fromEntries(
  [
    'ordered_list_open',
    'ordered_list_close',
    'bullet_list_open',
    'bullet_list_close',
    'list_item_open',
    'list_item_close',
    'paragraph_open',
    'paragraph_close',
    'inline',
  ].map((type) => [type, []]),
);

interface Token {
  type: string;
  content: string;
}

function textOf(tokens: readonly Token[]): { text: StepText; faults: string[] } {
  const text: Part[] = [];
  const faults: string[] = [];
  let isStrong = false;
  for (const { type, content } of tokens) {
    if (type === 'strong_open' || type === 'strong_close') isStrong = type === 'strong_open';
    const part = PARTS[type]?.(content, isStrong);
    if (part === undefined) faults.push(REFUSED[type] ?? `${type} is not taken.`);
    else if (part !== '') text.push(part);
  }
  return { text, faults };
}

type Part = string | { strong: string };
const nothing = (): Part => '';
const space = (): Part => ' ';

/** The inline tokens that are taken, and what they become. */
const PARTS: Record<string, (content: string, isStrong: boolean) => Part> = {
  text: (content, isStrong) => (isStrong && content !== '' ? { strong: content } : content),
  code_inline: (content) => ({ strong: content }),
  softbreak: space,
  hardbreak: space,
  strong_open: nothing,
  strong_close: nothing,
  em_open: nothing,
  em_close: nothing,
};

const REFUSED: Record<string, string> = {
  link_open: 'Links are not taken: write where to click, as a mail’s only link is Keyturn’s own.',
  link_close: 'Links are not taken: write where to click, as a mail’s only link is Keyturn’s own.',
  image: 'Pictures are not taken.',
};
