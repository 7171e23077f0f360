import { parseArgs } from 'node:util';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import { approveConnection } from './connection-approve.ts';
import { putConnection } from './connection-file.ts';
import { connectionLine, connectionText, shownConnection } from './connection-text.ts';
import type { ExitCode, Io } from './io.ts';

/** `keyturn connections`: what an installation holds, set up and tried (design §7). */
export const connectionsCommand: Command = {
  summary: 'lists, sets up and tests the connections of your installation',
  help: `keyturn connections sets up the ways into other systems that your installation keeps tokens for.

Usage: keyturn connections list [--format table|json]
       keyturn connections show ID [--format table|json]
       keyturn connections put ID FILE
       keyturn connections connect ID [--account ADDRESS] [--anybody]
       keyturn connections approve ID [--user OBJECT-ID]
       keyturn connections test ID
       keyturn connections delete ID

  put       creates the connection, or changes it to what the JSON in FILE says; - reads standard input. A member
            "updatedAt", as "show --format json" gives it, makes sure that nobody changed it in between.
  connect   prints a link for whoever has to sign in; --account fills in whom you mean, --anybody lets the
            connection change hands
  approve   accepts the account that signed in for the first time ("show" names it); --user makes sure that it is
            the one that you mean
  test      gets a token and asks the service with it
  delete    removes the connection with its keys, its secrets and its sign-in

FILE is what PUT /api/connections/{id} takes:
  {
    "displayName": "BC Prod", "kind": "businessCentral", "clientId": "…", "clientSecret": "…",
    "serviceUrl": "https://api.businesscentral.dynamics.com/v2.0/TENANT/Production/ODataV4"
  }
Leave "clientSecret" out to keep the one that is stored. No command ever shows it.

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its keys (list and show: a reader key will do).

Exit code: 0; 2 when something was refused, or a test failed.`,
  run,
};

const OPTIONS = {
  format: { type: 'string' },
  account: { type: 'string' },
  anybody: { type: 'boolean' },
  user: { type: 'string' },
} as const;

interface Values {
  format?: string | undefined;
  account?: string | undefined;
  anybody?: boolean | undefined;
  user?: string | undefined;
}

interface Verb {
  /** What stands behind the verb: the id, and a file. */
  operands: number;
  options: (keyof Values)[];
  run: (call: Called) => Promise<ExitCode>;
}

interface Called {
  api: ApiClient;
  io: Io;
  id: string;
  file: string;
  values: Values;
}

const VERBS: Record<string, Verb> = {
  list: { operands: 0, options: ['format'], run: list },
  show: { operands: 1, options: ['format'], run: show },
  put: { operands: 2, options: [], run: putConnection },
  connect: { operands: 1, options: ['account', 'anybody'], run: connect },
  approve: { operands: 1, options: ['user'], run: approveConnection },
  test: { operands: 1, options: [], run: test },
  delete: { operands: 1, options: [], run: remove },
};

async function run(args: string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parsed(args);
  const [name = '', id = '', file = ''] = positionals;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb === undefined)
    throw new UsageError('say one of: list, show, put, connect, approve, test, delete.');
  if (positionals.length !== verb.operands + 1)
    throw new UsageError(`${name} takes ${OPERANDS[verb.operands] ?? ''}.`);
  checkOptions(name, verb, values);
  return verb.run({ api: apiClient(io), io, id, file, values });
}

function checkOptions(name: string, { options }: Verb, values: Values): void {
  const other = Object.keys(values).find((option) => !options.some((own) => own === option));
  if (other !== undefined) throw new UsageError(`${name} takes no --${other}.`);
  if (!['table', 'json'].includes(values.format ?? 'table'))
    throw new UsageError('--format is table or json.');
}

const OPERANDS = [
  'nothing more',
  'the id of one connection',
  'the id of one connection and a file',
];

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch {
    throw new UsageError('this is not an option of it.');
  }
}

/** Where a connection is, for the API. */
function connectionPath(id: string): string {
  return `/api/connections/${encodeURIComponent(id)}`;
}

async function list({ api, io, values }: Called): Promise<ExitCode> {
  const path = '/api/connections';
  if (values.format === 'json') {
    const answer = z.object({ connections: z.array(z.record(z.string(), z.unknown())) });
    io.out(`${JSON.stringify(await api.call({ path, answer }), null, 2)}\n`);
    return 0;
  }
  const answer = z.object({ connections: z.array(shownConnection) });
  const { connections } = await api.call({ path, answer });
  io.out(connections.map(connectionLine).join('') || 'There are no connections yet.\n');
  return 0;
}

async function show({ api, io, id, values }: Called): Promise<ExitCode> {
  const path = connectionPath(id);
  if (values.format === 'json') {
    const shown = await api.call({ path, answer: z.record(z.string(), z.unknown()) });
    io.out(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  io.out(connectionText(await api.call({ path, answer: shownConnection })));
  return 0;
}

const linkSchema = z.object({ url: z.string(), expiresAt: z.string() });

/** Only the link goes to standard output, so that a script can hand it on. */
async function connect({ api, io, id, values }: Called): Promise<ExitCode> {
  const { url, expiresAt } = await api.call({
    method: 'POST',
    path: `${connectionPath(id)}/connect-links`,
    body: {
      ...(values.account === undefined ? {} : { loginHint: values.account }),
      ...(values.anybody === true ? { anybody: true } : {}),
    },
    answer: linkSchema,
  });
  io.err(
    `Send this to whoever signs in for ${displayText(id)}. It works once, until ${displayText(expiresAt)}. Open it in a private window, so that the right account is used.\n`,
  );
  io.out(`${displayText(url, 2_000)}\n`);
  return 0;
}

const testSchema = z.object({
  ok: z.boolean(),
  companies: z.array(z.object({ name: z.string(), displayName: z.string() })).default([]),
  warnings: z.array(z.string()).default([]),
  detail: z.string().nullish(),
  nextAction: z.string().nullish(),
});

async function test({ api, io, id }: Called): Promise<ExitCode> {
  const { ok, companies, warnings, detail, nextAction } = await api.call({
    method: 'POST',
    path: `${connectionPath(id)}/test`,
    answer: testSchema,
  });
  if (!ok) {
    // The next action may stand in the detail already.
    const said = detail ?? '';
    const next = nextAction && !said.includes(nextAction) ? ` ${nextAction}` : '';
    io.err(`${displayText(id)} does not work. ${displayText(said + next, 900)}\n`);
    return 2;
  }
  io.out(`${displayText(id)} works.\n`);
  for (const { name, displayName } of companies)
    io.out(`  company “${displayText(name)}” (${displayText(displayName)})\n`);
  for (const warning of warnings) io.err(`${displayText(warning, 600)}\n`);
  return 0;
}

const removedSchema = z.object({
  recoverableUntil: z.string().nullish(),
  unfinished: z.boolean().default(false),
});

async function remove({ api, io, id }: Called): Promise<ExitCode> {
  const path = connectionPath(id);
  const { etag } = await api.callForVersion({ path, answer: shownConnection });
  const { recoverableUntil, unfinished } = await api.call({
    method: 'DELETE',
    path,
    ...(etag === null ? {} : { ifMatch: etag }),
    answer: removedSchema,
  });
  const until = recoverableUntil
    ? ` The key vault can bring its secrets back until ${displayText(recoverableUntil)}.`
    : '';
  const rest = unfinished ? ' Something could not be removed at once; Keyturn goes on.' : '';
  io.out(`${displayText(id)} was removed.${until}${rest}\n`);
  return 0;
}
