/** More than any error that a person pastes; what follows is not looked at. */
const MAX_CHARACTERS = 100_000;

/** What wikis, mail programs, consoles and JSON within JSON do to a text, undone; in this order. */
const REPAIRS: readonly { pattern: RegExp; by: string }[] = [
  { pattern: /[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]/g, by: '' },
  { pattern: /[\u2018\u2019\u201a\u201b\u2032\u00b4]/g, by: "'" },
  { pattern: /[\u201c-\u201f\u2033\u00ab\u00bb]/g, by: '"' },
  { pattern: /\p{Zs}/gu, by: ' ' },
];

const ESCAPES: readonly { pattern: RegExp; by: string }[] = [
  // First of all, so that no later pattern has to walk along a hundred thousand of them from each of them.
  { pattern: /\\{2,}/g, by: '\\' },
  { pattern: /\\u0027/gi, by: "'" },
  { pattern: /\\u0022/gi, by: '"' },
  { pattern: /\\[rnt]/g, by: ' ' },
  { pattern: /\\(["'/])/g, by: '$1' },
  { pattern: /&#39;|&apos;/g, by: "'" },
  { pattern: /&quot;/g, by: '"' },
  { pattern: /\s+/g, by: ' ' },
];

/** The text with plain quotes and spaces; line breaks and escapes stay, so JSON can still be read as JSON. */
export function repaired(text: string): string {
  return replaceAll(text.slice(0, MAX_CHARACTERS), REPAIRS);
}

/** The text as one line without escapes: for patterns that must not care where a console broke it. */
export function flattened(text: string): string {
  return replaceAll(repaired(text), ESCAPES).trim();
}

function replaceAll(text: string, replacements: typeof REPAIRS): string {
  return replacements.reduce((left, { pattern, by }) => left.replace(pattern, by), text);
}
