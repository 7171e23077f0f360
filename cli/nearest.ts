/** The candidate that was probably meant, or null when nothing comes near: at most a third of it may differ. */
export function nearest(written: string, candidates: readonly string[]): string | null {
  const word = written.toLowerCase().slice(0, MAX_LENGTH);
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editsBetween(word, candidate.toLowerCase()) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  if (best === undefined) return null;
  return best.edits <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : null;
}

const MAX_LENGTH = 64;

/** Letters put in, left out, replaced, or swapped with their neighbour (optimal string alignment), row by row. */
function editsBetween(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  const at = (line: number, column: number) => rows[line]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let line = 1; line <= one.length; line += 1) {
    const row = [line];
    rows.push(row);
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[line - 1] === other[column - 1];
      const isSwapped = one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      const edits = Math.min(at(line - 1, column), at(line, column - 1)) + 1;
      const replaced = at(line - 1, column - 1) + (isSame ? 0 : 1);
      const swapped = isSwapped ? at(line - 2, column - 2) + 1 : edits;
      row.push(Math.min(edits, replaced, swapped));
    }
  }
  return at(one.length, other.length);
}
