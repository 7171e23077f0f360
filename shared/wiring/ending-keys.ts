import type { Clock } from '../clock.ts';
import type { ManualItem } from '../credentials/manual-item.ts';
import { everyKey, type KeyInfo } from '../http/key-ring.ts';
import type { OpenTable } from '../storage/table.ts';

/** The widest window in which a credential can be warned about (design §4): what ends later is nobody's matter yet. */
const WINDOW_MS = 60 * 86_400_000;

/**
 * Keyturn's own keys that end soon or have ended, as things with a date: they are watched like any secret (security rule
 * 2). Throws `storage_unavailable`.
 */
export async function endingKeys(
  openTable: OpenTable,
  clock: Pick<Clock, 'now'>,
): Promise<ManualItem[]> {
  const until = clock.now().getTime() + WINDOW_MS;
  const ending: ManualItem[] = [];
  for await (const key of everyKey(openTable))
    if (key.expiresAt.getTime() <= until) ending.push(itemOf(key));
  return ending;
}

function itemOf({ name, scope, createdAt, expiresAt }: KeyInfo): ManualItem {
  const isRole = scope === 'admin' || scope === 'reader';
  return {
    // No entry of an operator has a dot in its id.
    id: `key.${scope}.${name}`,
    name: isRole ? `${scope} key “${name}” of Keyturn` : `key “${name}” of connection ${scope}`,
    kind: 'Keyturn key',
    startsAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    owner: null,
    notify: [],
    usedBy: [],
    steps: isRole ? stepsOfRole(scope, name) : stepsOfConnection(scope, name),
  };
}

function stepsOfRole(role: string, name: string): string[] {
  return [
    `Make a new ${role} key under another name: POST /api/keys with the host's master key (portal: Function App, App keys).`,
    'Enter it wherever the old one is used, and try it there.',
    `Then revoke the old one: DELETE /api/keys/${name}.`,
  ];
}

function stepsOfConnection(id: string, name: string): string[] {
  return [
    `Make a new key under another name: POST /api/connections/${id}/keys.`,
    'Enter it in the program that fetches tokens with the old one, and let it fetch one.',
    `Then revoke the old one: DELETE /api/connections/${id}/keys/${name}.`,
  ];
}
