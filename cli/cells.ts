/** How many columns of a terminal a text takes: two for East Asian letters and emoji, none for combining marks. */
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** The text, cut with "…" where it would take more columns. */
export function cutToCells(text: string, width: number): string {
  if (cells(text) <= width) return text;
  let cut = '';
  let taken = 1;
  for (const character of text) {
    taken += cellsOf(character);
    if (taken > width) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}

/** The text in lines of at most so many columns, broken at spaces; a longer word is broken anywhere. */
export function wrapToCells(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cells(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

/** ASCII, where a letter is a column. */
const PLAIN = /^[ -~]*$/;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NARROWLESS = /[\p{Mn}\p{Me}]/u;

function cellsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (NARROWLESS.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function pieces(word: string, width: number): string[] {
  if (cells(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (cells(part) + cellsOf(character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
