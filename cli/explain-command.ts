import type { Command } from './command.ts';
import { runExplain } from './explain.ts';

/** `keyturn explain`: what an error text of Entra means (design §7). */
export const explainCommand: Command = {
  summary: 'tells what a sign-in error means and what to do, in order',
  help: `keyturn explain tells what an error of Microsoft Entra means: which application, which secret or permission, what to do.

Usage: keyturn explain TEXT
       keyturn explain -          reads the text from standard input

TEXT is whatever you have: AADSTS text, the JSON answer, a log line.`,
  run: runExplain,
};
