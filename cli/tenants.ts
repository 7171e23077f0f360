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
       keyturn tenants add TENANT [--name NAME] [--quiet]
       keyturn tenants link TENANT
       keyturn tenants alerts TENANT operations|live
       keyturn tenants remove TENANT

  add      takes the id of a tenant or one of its domains, and prints a link for one of its administrators; a tenant
           that agreed before is watched at once; --quiet: operations are told instead of its owners, for the time being
  link     prints a new link: the old one is over after 72 hours, or consent was withdrawn
  alerts   operations: its owners are not told; live: they are, as far as the installation's alerts go
  remove   forgets a tenant that was added, its links and its credential

TENANT is the tenant's id; for link and remove the name that "list" shows will do as well. Recipients, thresholds and
credentials of a tenant: docs/tenants.md.

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys (list: a reader key will do).

Exit code: 0; 2 when something was refused.`,
  run,
};

const tenant = z.looseObject({
  tenantId: z.string(),
  displayName: z.string().nullable(),
  status: z.string(),
  statusReason: z.string().nullable(),
  nextAction: z.string().nullable(),
  alerts: z.string().nullable(),
  lastSuccess: z.string().nullable(),
  etag: z.string().nullable(),
});
type Listed = z.output<typeof tenant>;

const link = z.object({ url: z.string(), expiresAt: z.string() });
const added = tenant.extend({ consentLink: link.nullable() });
const nothing = z.object({});

const PATH = '/api/tenants';
const VERBS = ['list', 'add', 'link', 'alerts', 'remove'] as const;

async function run(args: string[], io: Io): Promise<ExitCode> {
  const [given = 'list', ...rest] = args;
  const verb = VERBS.find((one) => one === given);
  if (verb === undefined) {
    const meant = nearest(given, VERBS);
    const hint = meant === null ? '' : ` Did you mean ${meant}?`;
    throw new UsageError(`tenants takes one of ${VERBS.join(', ')}.${hint}`);
  }
  if (verb === 'list') return list(rest, io);
  const { named, name, mode, isQuiet } = readTenant(verb, rest);
  const api = apiClient(io);
  if (verb === 'add') {
    const alerts = isQuiet ? 'operations' : null;
    return add(api, io, { tenantId: named, displayName: name, alerts });
  }
  const found = await find(api, named);
  if (mode !== null) return switchAlerts(api, io, { found, mode });
  const { tenantId } = found;
  return verb === 'link' ? showLink(api, io, tenantId) : remove(api, io, tenantId);
}

const MODES = ['operations', 'live'] as const;
type Mode = (typeof MODES)[number];

interface Asked {
  named: string;
  name: string | null;
  /** Null for every verb but `alerts`. */
  mode: Mode | null;
  isQuiet: boolean;
}

function readTenant(verb: string, args: string[]): Asked {
  const { values, positionals } = parsed(verb, args);
  const [named, given, ...more] = positionals;
  if (named === undefined || more.length > 0) throw new UsageError(`${verb} takes one tenant.`);
  const mode = MODES.find((one) => one === given) ?? null;
  if ((verb === 'alerts') !== (mode !== null) || (mode === null && given !== undefined))
    throw new UsageError(
      verb === 'alerts'
        ? `alerts takes a tenant and one of ${MODES.join(', ')}.`
        : `${verb} takes one tenant.`,
    );
  return { named, name: values.name ?? null, mode, isQuiet: values.quiet === true };
}

function parsed(verb: string, args: string[]) {
  try {
    const read = parseArgs({
      args,
      options: { name: { type: 'string' }, quiet: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (verb === 'add' || Object.keys(read.values).length === 0) return read;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  throw new UsageError(`${verb} takes no options.`);
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
  body: { tenantId: string; displayName: string | null; alerts: string | null },
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

/** Everything else that was said about the tenant is sent back as it is. */
async function switchAlerts(
  api: ApiClient,
  io: Io,
  { found, mode }: { found: Listed; mode: Mode },
): Promise<ExitCode> {
  const { tenantId, etag } = found;
  if (etag === null)
    throw new AppError(
      'conflict',
      'KEYTURN_TENANTS names this tenant; add it first: keyturn tenants add.',
    );
  const body = { ...found, alerts: mode === 'operations' ? mode : null };
  await api.call({
    method: 'PUT',
    path: `${PATH}/${tenantId}`,
    body,
    ifMatch: etag,
    answer: tenant,
  });
  io.out(
    mode === 'operations'
      ? `Operations are told about ${tenantId} instead of its owners.\n`
      : `The owners of ${tenantId} are told, as far as the installation's alerts go (keyturn alerts).\n`,
  );
  return 0;
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
