/** What a command may touch of the process. Tests hand in their own. */
export interface Io {
  /** Writes to standard output: the result, and nothing else. */
  out(text: string): void;
  /** Writes to standard error: progress, and what went wrong. */
  err(text: string): void;
  /** All of standard input. */
  readInput(): Promise<Uint8Array>;
  now(): Date;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Calls out, to the installation that the environment names. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  env: Record<string, string | undefined>;
  /** Columns of the terminal; null when the result goes to a file or a pipe. */
  columns: number | null;
  /** True when somebody watches standard error, so that progress may overwrite its line. */
  isWatched: boolean;
}

/** How a command ended: 0 fine, 1 `--fail-within` says so, 2 bad input, a failed read or an incomplete one. */
export type ExitCode = 0 | 1 | 2;
