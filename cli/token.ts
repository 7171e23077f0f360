import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { apiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';

/** `keyturn token`: an access token for a script (design §7). */
export const tokenCommand: Command = {
  summary: 'prints an access token of a connection',
  help: `keyturn token gets an access token of a connection and prints it, and nothing else, to standard output.

Usage: keyturn token ID [--min-ttl SECONDS]

  --min-ttl    how long it has to be good for, 0 to 3000 seconds (300 unless given)

KEYTURN_URL names the installation, KEYTURN_KEY holds a key of this connection: an administrator makes one with
POST /api/connections/ID/keys. Admin and reader keys get no tokens.

  curl -H "authorization: Bearer $(keyturn token bc-production)" https://api.businesscentral.dynamics.com/…

Exit code: 0; 2 when there is no token, with the reason and what to do on standard error.`,
  run,
};

const tokenSchema = z.object({ access_token: z.string().min(1) });

async function run(args: string[], io: Io): Promise<ExitCode> {
  const { id, minTtl } = wantedOf(args);
  const api = apiClient(io);
  if (/^kt_(admin|reader)_/.test(io.env['KEYTURN_KEY']?.trim() ?? ''))
    throw new UsageError(
      'KEYTURN_KEY holds an admin or reader key, and those get no tokens. Take a key of this connection: POST /api/connections/ID/keys makes one.',
    );
  const query = minTtl === null ? '' : `?minTtl=${minTtl}`;
  const path = `/api/connections/${encodeURIComponent(id)}/token${query}`;
  const { access_token: token } = await api.call({ path, answer: tokenSchema });
  // A header's value (RFC 6750 §2.1), so nothing that a terminal would act on.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new AppError('service_unreachable', 'what was answered is no access token.');
  io.out(`${token}\n`);
  return 0;
}

function wantedOf(args: string[]): { id: string; minTtl: string | null } {
  const { positionals, values } = parsed(args);
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('say the id of one connection.');
  const minTtl = values['min-ttl'] ?? null;
  if (minTtl !== null && !/^\d{1,4}$/.test(minTtl))
    throw new UsageError('--min-ttl is a whole number of seconds from 0 to 3000.');
  return { id, minTtl };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { 'min-ttl': { type: 'string' } } });
  } catch {
    throw new UsageError('token takes the id of a connection and --min-ttl.');
  }
}
