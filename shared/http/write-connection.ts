import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { BrokerParts } from '../wiring/broker-parts.ts';
import { connectionBody, type ConnectionBody } from '../connections/connection-body.ts';
import { connectionDraft } from '../connections/connection-draft.ts';
import { CONNECTION_ID, type Connection } from '../connections/connection.ts';
import { saveConnection } from '../connections/save-connection.ts';
import type { Row } from '../storage/table.ts';
import { toConnectionAnswer } from './connection-answer.ts';
import { checkPut, etagOf } from './put-record.ts';
import { parseBody } from './request-body.ts';

/**
 * Creates or changes a connection as the request's headers allow (design §5): one that is there needs its `If-Match`.
 * The answer is the connection, never what was secret in the body.
 */
export async function writeConnection(
  broker: BrokerParts,
  { id, body, headers }: { id: string; body: ConnectionBody; headers: HttpRequest['headers'] },
): Promise<HttpResponseInit> {
  // No store need be asked for what can be no id; the draft refuses it with the reason.
  const current = CONNECTION_ID.test(id) ? await broker.connections.get(id) : null;
  checkPut(current === null ? null : connectionEtag(current.value), headers);
  return save(broker, { id, body, current });
}

/**
 * Changes what a merge patch names (RFC 7396) and leaves the rest. Throws `precondition_failed` for another version.
 */
export async function patchConnection(
  broker: BrokerParts,
  {
    current,
    patch,
    headers,
  }: {
    current: Row<Connection>;
    patch: Record<string, unknown>;
    headers: HttpRequest['headers'];
  },
): Promise<HttpResponseInit> {
  checkPut(connectionEtag(current.value), headers);
  const merged = mergePatch(toConnectionAnswer(current.value, null), patch);
  const body = parseBody(connectionBody, merged);
  return save(broker, { id: current.value.id, body, current });
}

/** The version of what its administrators may change; what happens to a connection in the background does not move it. */
export function connectionEtag(connection: Connection): string {
  return etagOf(connection);
}

async function save(
  broker: BrokerParts,
  { id, body, current }: { id: string; body: ConnectionBody; current: Row<Connection> | null },
): Promise<HttpResponseInit> {
  const draft = await connectionDraft(broker.discovery, id, body);
  const connection = await saveConnection(
    { ...broker, retire: async (unused) => void (await broker.retirement.retire(unused)) },
    { draft, proof: body, current },
  );
  broker.known.forget(id);
  return {
    status: current === null ? 201 : 200,
    headers: { etag: connectionEtag(connection) },
    jsonBody: toConnectionAnswer(connection, await broker.connections.state(connection)),
  };
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
