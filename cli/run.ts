import { AppError } from '../shared/errors.ts';
import { displayText } from '../shared/display-text.ts';
import { VERSION } from '../shared/version.ts';
import { alertsCommand } from './alerts.ts';
import { UsageError, type Command } from './command.ts';
import { connectionsCommand } from './connections.ts';
import { consumersCommand } from './consumers.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain-command.ts';
import type { ExitCode, Io } from './io.ts';
import { nearest } from './nearest.ts';
import { previewAlertsCommand } from './preview-alerts.ts';
import { runNowCommand } from './run-now.ts';
import { scanCommand } from './scan.ts';
import { sealingKeyCommand } from './sealing-key.ts';
import { setupCommand } from './setup.ts';
import { tenantsCommand } from './tenants.ts';
import { testAlertCommand } from './test-alert.ts';
import { tokenCommand } from './token.ts';

/** Every command that exists. */
const COMMANDS = new Map<string, Command>([
  ['scan', scanCommand],
  ['explain', explainCommand],
  ['consumers', consumersCommand],
  ['connections', connectionsCommand],
  ['token', tokenCommand],
  ['setup', setupCommand],
  ['doctor', doctorCommand],
  ['tenants', tenantsCommand],
  ['run-now', runNowCommand],
  ['test-alert', testAlertCommand],
  ['alerts', alertsCommand],
  ['preview-alerts', previewAlertsCommand],
  ['sealing-key', sealingKeyCommand],
]);

/**
 * Runs one command line (without node and the script). Never throws and never prints a stack trace: whatever goes wrong
 * becomes one line on standard error and exit code 2.
 */
export async function runKeyturn(args: string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    return showHelp(rest[0], name === undefined, io);
  }
  if (name === '--version') {
    io.out(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) return unknownCommand(name, io);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`${command.help}\n`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    io.err(`keyturn ${name}: ${messageOf(error)}\n`);
    if (error instanceof UsageError) io.err(`Try: keyturn ${name} --help\n`);
    return 2;
  }
}

function showHelp(name: string | undefined, isMistake: boolean, io: Io): ExitCode {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (name !== undefined && command === undefined) return unknownCommand(name, io);
  const text = command?.help ?? overview();
  if (isMistake) io.err(`${text}\n`);
  else io.out(`${text}\n`);
  return isMistake ? 2 : 0;
}

function overview(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(16)}${summary}`);
  return [
    'Keyturn says which secrets and certificates of your app registrations end, and who has to do what.',
    '',
    'Usage: keyturn COMMAND [OPTIONS]',
    '',
    ...lines,
    '',
    'keyturn COMMAND --help shows the options of a command.',
  ].join('\n');
}

function unknownCommand(name: string, io: Io): ExitCode {
  const meant = nearest(name, [...COMMANDS.keys()]);
  const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
  io.err(`keyturn: there is no command "${displayText(name)}".${hint}\nTry: keyturn --help\n`);
  return 2;
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof AppError)
    return displayText(error.message, 600);
  const name = error instanceof Error ? error.name : 'unknown error';
  return `something went wrong that should not (${displayText(name)}). Nothing was changed. Please report what you ran.`;
}
