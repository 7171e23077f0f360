import { parseArgs } from 'node:util';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { AppError } from '../shared/errors.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { nearest } from './nearest.ts';

/** `keyturn tenants`: which tenants an installation watches (docs/tenants.md). */
export const tenantsCommand: Command = {
  summary: 'lists, adds and removes the tenants that your installation watches',
  help: `keyturn tenants says which tenants your installation watches, and adds others.

Usage: keyturn tenants [list]
       keyturn tenants add TENANT [--name NAME]
       keyturn tenants link TENANT
       keyturn tenants remove TENANT

  add      takes the id of a tenant or one of its domains, and prints a link for one of its administrators; a tenant
           that agreed before is watched at once
  link     prints a new link: the old one is over after 72 hours, or consent was withdrawn
  remove   forgets a tenant that was added, its links and its credential

TENANT is the tenant's id; for link and remove the name that "list" shows will do as well. Recipients, thresholds and
credentials of a tenant: docs/tenants.md.

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys (list: a reader key will do).

Exit code: 0; 2 when something was refused.`,
  run,
};

const tenant = z.object({
  tenantId: z.string(),
  displayName: z.string().nullable(),
  status: z.string(),
  statusReason: z.string().nullable(),
  nextAction: z.string().nullable(),
  lastSuccess: z.string().nullable(),
});
type Listed = z.output<typeof tenant>;

const link = z.object({ url: z.string(), expiresAt: z.string() });
const added = tenant.extend({ consentLink: link.nullable() });
const nothing = z.object({});

const PATH = '/api/tenants';
const VERBS = ['list', 'add', 'link', 'remove'] as const;

async function run(args: string[], io: Io): Promise<ExitCode> {
  const [given = 'list', ...rest] = args;
  const verb = VERBS.find((one) => one === given);
  if (verb === undefined) {
    const meant = nearest(given, VERBS);
    const hint = meant === null ? '' : ` Did you mean ${meant}?`;
    throw new UsageError(`tenants takes one of ${VERBS.join(', ')}.${hint}`);
  }
  if (verb === 'list') return list(rest, io);
  const { named, name } = readTenant(verb, rest);
  const api = apiClient(io);
  if (verb === 'add') return add(api, io, { tenantId: named, displayName: name });
  const { tenantId } = await find(api, named);
  return verb === 'link' ? showLink(api, io, tenantId) : remove(api, io, tenantId);
}

function readTenant(verb: string, args: string[]): { named: string; name: string | null } {
  let parsed;
  try {
    const options = verb === 'add' ? { name: { type: 'string' as const } } : {};
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const [named, ...more] = parsed.positionals;
  if (named === undefined || more.length > 0) throw new UsageError(`${verb} takes one tenant.`);
  const { name } = parsed.values;
  return { named, name: typeof name === 'string' ? name : null };
}

async function tenantsOf(api: ApiClient): Promise<Listed[]> {
  const answer = z.object({ tenants: z.array(tenant) });
  return (await api.call({ path: PATH, answer })).tenants;
}

async function list(args: string[], io: Io): Promise<ExitCode> {
  if (args.length > 0) throw new UsageError('list takes nothing else.');
  const tenants = await tenantsOf(apiClient(io));
  for (const one of tenants) {
    const success = one.lastSuccess === null ? 'never read' : `last read ${one.lastSuccess}`;
    const status = STATUS_WORDS[one.status] ?? one.status;
    io.out(`${one.tenantId}  ${nameOf(one)}  ${displayText(status)}, ${displayText(success)}\n`);
    for (const line of [one.statusReason, one.nextAction])
      if (line !== null) io.out(`    ${displayText(line, 600)}\n`);
  }
  return 0;
}

const STATUS_WORDS: Record<string, string> = {
  waiting: 'waits for its administrator',
  watched: 'watched',
  consentWithdrawn: 'consent withdrawn',
  notRead: 'not read whole',
};

function nameOf({ displayName }: Listed): string {
  return displayName === null ? '-' : displayText(displayName);
}

async function add(
  api: ApiClient,
  io: Io,
  body: { tenantId: string; displayName: string | null },
): Promise<ExitCode> {
  const answer = await api.call({ method: 'POST', path: PATH, body, answer: added });
  if (answer.status === 'watched') {
    io.out(`${answer.tenantId} lets Keyturn in: it is watched from the next night on.\n`);
  } else if (answer.consentLink === null) {
    io.out(`${answer.tenantId} waits. ${displayText(answer.nextAction ?? '', 600)}\n`);
  } else sayLink(io, answer.tenantId, answer.consentLink);
  return 0;
}

async function showLink(api: ApiClient, io: Io, tenantId: string): Promise<ExitCode> {
  const path = `${PATH}/${tenantId}/links`;
  sayLink(io, tenantId, await api.call({ method: 'POST', path, body: {}, answer: link }));
  return 0;
}

function sayLink(io: Io, tenantId: string, { url, expiresAt }: z.output<typeof link>): void {
  io.out(`Send this to an administrator of ${tenantId}. It works until ${displayText(expiresAt)}:
${displayText(url, 400)}
`);
}

async function remove(api: ApiClient, io: Io, tenantId: string): Promise<ExitCode> {
  await api.call({ method: 'DELETE', path: `${PATH}/${tenantId}`, answer: nothing });
  io.out(`${tenantId} is forgotten. If KEYTURN_TENANTS names it too, take it out there.\n`);
  return 0;
}

/** By id, or by a name that only one has. */
async function find(api: ApiClient, named: string): Promise<Listed> {
  const wanted = named.toLowerCase();
  const found = (await tenantsOf(api)).filter(
    ({ tenantId, displayName }) => tenantId === wanted || displayName?.toLowerCase() === wanted,
  );
  const [one, ...more] = found;
  if (one !== undefined && more.length === 0) return one;
  throw new AppError(
    'not_found',
    one === undefined
      ? `There is no tenant ${displayText(named)}. keyturn tenants lists them.`
      : `Several tenants are called ${displayText(named)}: give the id.`,
  );
}
