import { decodeFile } from '../shared/credentials/file-text.ts';
import { displayText } from '../shared/display-text.ts';
import { explainText } from '../shared/explain/explain-text.ts';
import type { Explanation } from '../shared/explain/explanation.ts';
import type { ExitCode, Io } from './io.ts';

/**
 * `keyturn explain [TEXT|-]`: prints what an error means and what to do, in order. Reads standard input for `-` or
 * without a text. 0 when something was recognised, else 2. What it prints holds no secret and no terminal escapes.
 */
export async function runExplain(
  args: string[],
  io: Pick<Io, 'out' | 'err' | 'readInput'>,
): Promise<ExitCode> {
  const isPiped = args.length === 0 || (args.length === 1 && args[0] === '-');
  const text = isPiped ? (decodeFile(await io.readInput()) ?? BINARY) : args.join(' ');
  const explained = explainText(text);
  if (explained.isRecognised) {
    io.out(render(explained.explanation));
    return 0;
  }
  for (const warning of explained.warnings) io.err(`${warning}\n`);
  io.err(NOT_RECOGNISED);
  return 2;
}

/** Not empty, since an empty answer means something, and nothing that could be recognised. */
const BINARY = '?';

const NOT_RECOGNISED = `Nothing in this text looks like an error that Keyturn knows.
Paste the whole answer (JSON), the line with AADSTS and a number, or the log line with the HTTP status.
From a file: keyturn explain - < error.txt
`;

const LABEL_WIDTH = 15;

function render(explanation: Explanation): string {
  const { code, status, link } = explanation;
  const lines = [
    code === null ? explanation.title : `${code}: ${explanation.title}`,
    '',
    row('Why', explanation.cause),
    row('Application', explanation.application),
    row('Tenant', explanation.tenant),
    row('About', explanation.about),
    row('Try again?', explanation.retry),
    ...(status === null ? [] : [row('In Keyturn', `the connection would be "${status}"`)]),
    '',
    'What to do',
    ...explanation.steps.map((step, index) => `  ${String(index + 1)}. ${plain(step)}`),
    ...(link === null ? [] : ['', row('Portal', link.url), row('', link.way)]),
    ...(explanation.details.length === 0 ? [] : ['']),
    ...explanation.details.map(({ label, value }) => row(label, value)),
    ...explanation.warnings.flatMap((warning) => ['', `Careful: ${warning}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${plain(text)}`;
}

/** A terminal shows no Markdown, and must not be given escapes. */
function plain(text: string): string {
  return displayText(text.replaceAll('**', ''), 1000);
}
