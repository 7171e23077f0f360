import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What users of other monitors complained about: the rows of the facts file that concern a monitor, by number. */
export const COMPLAINTS: Record<number, string> = {
  1: 'Every application "expired" after null dates',
  2: 'A renamed date field, and every date is wrong',
  3: 'A credential without a date takes the state of the one before it',
  5: '2299 as an end date, and no name',
  6: 'Expired hours ago, shown as 0 days left',
  7: 'The name stands only in base64 of UTF-16',
  8: 'The name stands only in base64 of ASCII',
  9: 'Sign and Verify of one certificate are counted twice',
  10: 'The password of a SAML certificate looks like a client secret',
  11: 'The SAML notification address is the only recipient, and nobody checked it',
  13: 'Expired ones: hide them or show them?',
  15: 'A missing type or key id ends the run',
  16: 'Only 100 applications are found',
  17: 'An empty page ends the list',
  18: 'Error 500 in the middle of the pages',
  19: 'The link to the next page has become invalid',
  21: 'Retry-After with decimals, as a date, or unreadable',
  23: 'Throttled items of a batch are lost',
  25: 'Whole batches are refused',
  26: 'Zero rows, and "completed"',
  27: 'One tenant is left out in silence',
  28: '403, and the script prints OK',
  29: 'The channel refuses, and the run is green',
  30: 'One error of Graph ends everything',
  31: 'Related people come back empty',
  32: 'The secret is on the enterprise application only',
  33: 'Tickets for certificates that Entra Connect renews',
  34: 'Noise about App Proxy secrets',
  35: 'Parallel look-ups mix their answers up',
  36: 'One test secret sends two alerts',
  37: 'The owner exists, and the mail goes to the admin',
  38: 'Applications without owners',
  40: 'A fixed threshold of 30 days',
  41: 'A missed run loses a stage',
  42: 'The same list every day',
  43: 'Old leftovers keep the report red for ever',
  44: 'The card shows three, the rest vanish',
  45: 'When does the application as a whole stop?',
  46: 'No list by API, no SAML certificates',
  47: 'Microsoft sends no warning',
  49: 'Key Vault warns at 30 days only',
  61: 'The Secret ID was entered instead of the Value',
  62: 'Add-in principals of SharePoint sign with their oldest secret',
  63: '24 KB of card are refused as 28 KB',
  65: "The wrong payload for the webhook's host",
  66: 'The reason of a refusal is not logged',
  67: 'A crash where no webhook is set',
  68: 'The form of Workflows URLs has changed',
  69: 'Sent, says the sender; the flow had failed',
  70: 'The owner of the flow has left',
  71: 'Nobody can tell whether notifications work',
  72: 'Failures are told of manual runs, never of scheduled ones',
  73: 'Timers stop while HTTP works',
  74: 'A timer runs twice at once',
  75: 'Timers stop without a word until a restart',
  76: 'TZ breaks TLS or is ignored',
  77: 'A mail permission takes hours to work',
  78: 'Only the first access policy counts, or the wrong object id was used',
  79: "The checker's own secret expired",
  80: 'The last sign-in is a day late, or moved by failures',
};

/** Rows that no test can be named after, and why. */
export const WITHOUT_TEST: Record<number, string> = {
  47: 'That is what Keyturn is for.',
  62: 'Not told apart: Graph does not say which principals the access control service of SharePoint still serves.',
  70: 'A flow whose owner has left fails only when a card comes: the guide asks for an owner that stays, and a card that is refused is told by mail.',
  75: 'A process cannot see that it is not started. `/api/health` answers 503 26 hours after the last success, for a watcher outside.',
};

/** Rows about replacing secrets, which Keyturn does not do yet. */
const LATER = [50, 51, 52, 53, 54, 55, 56, 57, 59, 60];

export interface ComplaintTest {
  row: number;
  file: string;
  name: string;
}

/** Every test whose name holds the rows that it covers: "facts 3 row 7: …", "… (facts 3 rows 7 and 8: …)". */
export async function complaintTests(): Promise<ComplaintTest[]> {
  const files = (await readdir('test', { recursive: true })).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const found = await Promise.all(files.toSorted().map(testsIn));
  return found.flat();
}

const TEXT = /(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g;
const ROWS = /facts 3 rows? (\d+(?:(?:, | and )\d+)*)/;

async function testsIn(file: string): Promise<ComplaintTest[]> {
  const source = await readFile(path.join('test', file), 'utf8');
  return [...source.matchAll(TEXT)].flatMap(([, , text = '']) =>
    (ROWS.exec(text)?.[1]?.match(/\d+/g) ?? []).map((row) => ({
      row: Number(row),
      file: path.posix.join('test', ...file.split(path.sep)),
      name: text.replaceAll(/\\(.)/g, '$1'),
    })),
  );
}

/** docs/complaints.md, whole. */
export function complaintsPage(tests: readonly ComplaintTest[]): string {
  const rows = Object.entries(COMPLAINTS).map(([number, complaint]) => {
    const covered = tests
      .filter(({ row }) => row === Number(number))
      .map(({ file, name }) => `\`${file}\`: ${cell(name)}`);
    const proof =
      covered.length === 0 ? (WITHOUT_TEST[Number(number)] ?? '') : covered.join('<br>');
    return `| ${number} | ${cell(complaint)} | ${proof} |`;
  });
  return [
    '# What users of other monitors complained about',
    '',
    'Collected from issue trackers and forums before Keyturn was written; each row has the test that holds Keyturn to the right behaviour, or says why there is none. Rows about replacing secrets (' +
      LATER.join(', ') +
      ') come with that. Written by `UPDATE_DOCS=1 npx vitest run --project unit test/docs`.',
    '',
    '| Row | Complaint | Test |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text
    .replace(/^facts 3 rows? [\d, and]+: /, '')
    .replaceAll('|', '\\|')
    .replaceAll('<', '\\<');
}
