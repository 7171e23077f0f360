import { parseArgs } from 'node:util';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import { applyConsumers } from './consumers-apply.ts';
import { knownConsumerSchema, type KnownConsumer } from './consumers-plan.ts';
import type { ExitCode, Io } from './io.ts';

/** `keyturn consumers`: where secrets of applications were entered, from a file that may be kept in version control. */
export const consumersCommand: Command = {
  summary: 'lists and records where secrets were entered',
  help: `keyturn consumers says where secrets of your applications were entered, so that a warning names what stops.

Usage: keyturn consumers list [--tenant ID] [--app ID] [--format table|json]
       keyturn consumers apply FILE [--dry-run]

FILE is JSON. What it names is created or changed, nothing is removed, and applying it again changes nothing:
  {
    "version": 1,
    "consumers": {
      "smartconnect-bc-prod": {
        "appId": "…", "system": "SmartConnect", "name": "BC Prod", "contact": "erp@contoso.com"
      }
    },
    "playbooks": { "order-hub": "order-hub.md" }
  }
Say which secret a place holds with "keyId" (the Secret ID), or with "enteredAt", or not at all. What somebody has
confirmed since stays. Playbooks are your own steps for a system, in Markdown.

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its keys (apply needs an admin key).

Exit code: 0; 2 when something was refused.`,
  run,
};

const listSchema = z.object({ consumers: z.array(knownConsumerSchema) });

async function run(args: string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parsed(args);
  const [verb, file, ...rest] = positionals;
  if (verb === 'list' && file === undefined) return list(apiClient(io), io, values);
  if (verb === 'apply' && file !== undefined && rest.length === 0) {
    const isDryRun = values['dry-run'] ?? false;
    return applyConsumers(file, { api: apiClient(io), io, isDryRun });
  }
  throw new UsageError('say "list", or "apply" and a file.');
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        tenant: { type: 'string' },
        app: { type: 'string' },
        format: { type: 'string' },
      },
    });
  } catch {
    throw new UsageError('this is not an option of it.');
  }
}

interface ListOptions {
  tenant?: string | undefined;
  app?: string | undefined;
  format?: string | undefined;
}

async function list(
  api: ApiClient,
  io: Io,
  { tenant, app, format = 'table' }: ListOptions,
): Promise<ExitCode> {
  if (format !== 'table' && format !== 'json') throw new UsageError('--format is table or json.');
  const query = new URLSearchParams();
  if (tenant !== undefined) query.set('tenantId', tenant);
  if (app !== undefined) query.set('appId', app);
  const path = `/api/consumers${query.size === 0 ? '' : `?${query.toString()}`}`;
  const { consumers } = await api.call({ path, answer: listSchema });
  io.out(format === 'json' ? `${JSON.stringify({ consumers }, null, 2)}\n` : tableOf(consumers));
  return 0;
}

function tableOf(consumers: readonly KnownConsumer[]): string {
  if (consumers.length === 0) return 'Nobody has said where secrets are used.\n';
  return consumers
    .map((consumer) => {
      const { id, system, name, contact, appId } = consumer;
      const who = contact === null ? '' : `, contact ${displayText(contact)}`;
      return `${displayText(id)}: ${displayText(system)} “${displayText(name)}” of ${displayText(appId)}${who}, ${heldOf(consumer)}\n`;
    })
    .join('');
}

function heldOf({ keyId, enteredAt, confirmedAt }: KnownConsumer): string {
  const confirmed = confirmedAt === null ? '' : `, confirmed ${displayText(confirmedAt)}`;
  if (keyId !== null) return `holds ${displayText(keyId)}${confirmed}`;
  return enteredAt === null
    ? `which secret it holds is unknown${confirmed}`
    : `entered ${displayText(enteredAt)}${confirmed}`;
}
