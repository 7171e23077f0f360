import type { GraphObject } from './directory.ts';
import type { GraphContext } from './graph.ts';

/** Turns an object into the JSON text that an answer carries. */
export type Projection = (object: GraphObject) => string;

/**
 * The members that a list or a single object shows. A certificate's bytes come only when keyCredentials is named
 * in `$select` (Microsoft Learn, "keyCredential resource type": `key`).
 */
export function projection(select: string[] | null): Projection {
  if (select === null) {
    return (object) =>
      JSON.stringify({ ...object, keyCredentials: withoutKeys(object['keyCredentials']) });
  }
  return (object) => {
    const chosen: Record<string, unknown> = {};
    for (const member of select) chosen[member] = object[member] ?? null;
    return JSON.stringify(chosen);
  };
}

/** A collection answer; `items` are JSON texts. */
export function collectionText(
  head: { context: string; count?: number | undefined; nextLink?: string | undefined },
  items: string[],
): string {
  const members = [`"@odata.context":${JSON.stringify(head.context)}`];
  if (head.count !== undefined) members.push(`"@odata.count":${head.count}`);
  if (head.nextLink !== undefined) {
    members.push(`"@odata.nextLink":${JSON.stringify(head.nextLink)}`);
  }
  return `{${members.join(',')},"value":[${items.join(',')}]}`;
}

/** The `@odata.context` of an answer: names the list and what was selected. */
export function contextOf(c: GraphContext, path: string, select: string[] | null): string {
  const members = select === null ? '' : `(${select.join(',')})`;
  const [list = '', ...rest] = path.split('/');
  const tail = rest.length === 0 ? '' : `/${rest.join('/')}`;
  return `https://${new URL(c.req.url).host}/v1.0/$metadata#${list}${members}${tail}`;
}

/** An OData answer with Graph's content type. */
export function odata(c: GraphContext, content: string | Uint8Array<ArrayBuffer>): Response {
  return c.body(content, 200, { 'content-type': ODATA_JSON });
}

const ODATA_JSON =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

function withoutKeys(credentials: unknown): unknown {
  if (!Array.isArray(credentials)) return credentials;
  return credentials.map((credential: Record<string, unknown>) => ({ ...credential, key: null }));
}
