import { z } from 'zod';
import { apiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';

/** `keyturn sealing-key new`: the tokens that an installation shares are sealed with another key from then on. */
export const sealingKeyCommand: Command = {
  summary: 'seals the tokens that the installation keeps with a new key',
  help: `keyturn sealing-key new makes a new key that seals the tokens which your installation keeps in its storage,
and seals them anew. Keyturn does so by itself once a year; do it when somebody may have seen the key, or after
the secret keyturn-sealing-key was lost. Callers notice nothing.

Usage: keyturn sealing-key new

The old key stays in the key vault. Disable it there when nothing is left to be sealed anew, six hours later.

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys.`,
  run: runSealingKey,
};

const answerSchema = z.object({ resealed: z.number(), unsealed: z.number() });

async function runSealingKey(args: string[], io: Io): Promise<ExitCode> {
  if (args.length !== 1 || args[0] !== 'new')
    throw new UsageError('sealing-key takes the word "new" and nothing else.');
  const { resealed, unsealed } = await apiClient(io).call({
    method: 'POST',
    path: '/api/sealing-key',
    answer: answerSchema,
  });
  io.out(`A new key seals from now on. Sealed anew: ${connections(resealed)}.\n`);
  if (unsealed > 0)
    io.out(`${connections(unsealed)} could not be: Keyturn takes that up within six hours.\n`);
  return 0;
}

function connections(count: number): string {
  return `${count} ${count === 1 ? 'connection' : 'connections'}`;
}
