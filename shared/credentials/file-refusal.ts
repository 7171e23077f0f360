/** Said with every refusal: what Keyturn can read instead. */
export const ACCEPTED_FILES =
  'Accepted are JSON from Microsoft Graph, `az ad app list`, `az ad sp list`, `az ad app credential list`, ' +
  '`Get-MgApplication -All | ConvertTo-Json -Depth 5` or the portal (manifest), one JSON object per line, ' +
  'and CSV reports with an end-date column.';

/** The cure for PowerShell's default depth of 2, which turns each credential into the name of its class. */
export const SHALLOW_EXPORT =
  'its credentials were flattened to text, because ConvertTo-Json stops at a depth of 2. ' +
  'Export again with: Get-MgApplication -All | ConvertTo-Json -Depth 5';

/** In words, what a text that is no export looks like: "a table made for reading". */
export function looksLike(text: string): string {
  const start = text.trimStart().slice(0, 4096);
  const match = LOOKS.find(([pattern]) => pattern.test(start));
  return match === undefined ? 'text that is not JSON and not CSV' : match[1];
}

/** What bytes that are no text look like, by their first ones. */
export function bytesLookLike(bytes: Uint8Array): string {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    return 'an Excel workbook or a ZIP archive (save the sheet as CSV, or unpack it)';
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'a gzip archive (unpack it first)';
  return 'binary data';
}

const LOOKS: [RegExp, string][] = [
  [/^$/, 'an empty file'],
  [/^-?\d+(?:\.\d+)?\s*$/, 'a plain number, like the answer to $count'],
  [/^"[^"\n]*"\s*:/, 'a piece cut out of a JSON document: its outer braces { } are missing'],
  [/^<(?:!doctype html|html)/i, 'a web page'],
  [/^</, 'XML (for Export-Clixml use ConvertTo-Json -Depth 5 instead)'],
  [/^[{[]/, 'JSON that is cut off or damaged'],
  [
    /^[^\n]*\n\s*-{3,}[-\s]*(?:\n|$)/,
    'a table made for reading (export as JSON: -o json, ConvertTo-Json)',
  ],
  [/^[A-Za-z@][\w. ]*\s+:\s/, 'a list made for reading (export as JSON: ConvertTo-Json -Depth 5)'],
  [/^(?:- )?[A-Za-z][\w.]*:(?:\s|$)/, 'YAML (export as JSON: -o json)'],
];
