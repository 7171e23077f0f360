/**
 * The text of an exported file in whatever encoding its tool used: UTF-8 or UTF-16 by byte order mark (Windows
 * PowerShell 5.1 writes UTF-16LE), UTF-16LE without a mark, else UTF-8, else Windows-1252. Null for bytes that are no
 * text at all. Throws RangeError when the text is longer than a string can be.
 */
export function decodeFile(bytes: Uint8Array): string | null {
  const encoding = encodingOf(bytes);
  if (encoding !== null) return new TextDecoder(encoding).decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function encodingOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const mark = MARKS.find(([pattern]) => pattern.test(start));
  return mark === undefined ? null : mark[1];
}

const MARKS: [RegExp, string][] = [
  [/^fffe/, 'utf-16le'],
  [/^feff/, 'utf-16be'],
  [/^efbbbf/, 'utf-8'],
  // JSON and CSV begin with ASCII: a zero in every second byte is UTF-16LE whose mark got lost.
  [/^(?!00)..00(?!00)..00$/, 'utf-16le'],
];
