/** What a cell may hold; null is an empty cell. */
export type CsvCell = string | number | boolean | null;

/**
 * Rows as CSV (RFC 4180): every text quoted, lines end with CR LF. A text that a spreadsheet would run as a formula,
 * because it begins with = + - @ or a tab or a line character, gets an apostrophe in front (security rule 23). Line
 * characters inside a text become spaces, so that one row is one line for every reader.
 */
export function encodeCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(encodeCell).join(',')}\r\n`).join('');
}

const FORMULA = /^[=+\-@\t\r\n]/;

function encodeCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const guarded = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${guarded.replaceAll('"', '""').replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}"`;
}
