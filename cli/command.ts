import type { ExitCode, Io } from './io.ts';

/** One entry of the command table. */
export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** Everything that `--help` prints. */
  help: string;
  /** Takes what follows the command's name. Throws UsageError for arguments that make no sense. */
  run(args: string[], io: Io): Promise<ExitCode>;
}

/** Arguments that make no sense; the message says which, and what was probably meant. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
