import { parse } from 'csv-parse/sync';
import { findColumns, namesSomething } from './file-csv-columns.ts';
import { readReport } from './file-csv-rows.ts';
import type { FileReading } from './file-reading.ts';

/**
 * Reads a CSV report (RFC 4180, with the list separator of whatever country Excel was set to). Null when the text has no
 * header of several columns: then it is no CSV. Refused when no column holds an end date.
 */
export function readCsvText(text: string, file: string): FileReading | null {
  const body = withoutPreamble(text);
  const delimiter = body.delimiter ?? delimiterOf(body.text);
  if (delimiter === null) return null;
  const records = recordsOf(body.text, delimiter);
  if (records === null) {
    return refused('its quotes do not match, so its rows cannot be told apart');
  }
  const [header = [], ...rows] = records;
  const columns = findColumns(header);
  if (columns === null) {
    const headings = header.slice(0, MAX_HEADINGS_SHOWN).map((heading) => heading.slice(0, 40));
    return refused(
      `it is a table without an end-date column; its columns are ${headings.join(', ')}`,
    );
  }
  if (!namesSomething(columns)) {
    return refused('it is a table that names neither applications nor their secrets');
  }
  return readReport({ rows, columns, header, file });
}

const MAX_HEADINGS_SHOWN = 12;
const MAX_HEADER = 65_536;
const DELIMITERS = [',', ';', '\t', '|'];

/** Export-Csv of Windows PowerShell begins with `#TYPE …`, Excel's own separator line is `sep=;`. */
function withoutPreamble(text: string): { text: string; delimiter: string | null } {
  const preamble = /^\s*(?:#TYPE [^\n]*|"?sep=(.)"?\s*)\r?\n/i.exec(text);
  if (preamble === null) return { text, delimiter: null };
  return { text: text.slice(preamble[0].length), delimiter: preamble[1] ?? null };
}

/** The one that splits the header into most columns; separators inside quotes do not count. */
function delimiterOf(text: string): string | null {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let isQuoted = false;
  for (const character of /^\s*([^\n]*)/.exec(text.slice(0, MAX_HEADER))?.[1] ?? '') {
    if (character === '"') isQuoted = !isQuoted;
    const count = counts.get(character);
    if (count !== undefined && !isQuoted) counts.set(character, count + 1);
  }
  const [best] = [...counts].sort(([, one], [, other]) => other - one);
  return best !== undefined && best[1] > 0 ? best[0] : null;
}

function recordsOf(text: string, delimiter: string): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch {
    return null;
  }
}

function refused(reason: string): FileReading {
  return { kind: 'refused', reason };
}
