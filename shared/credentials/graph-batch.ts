import { GraphError, ResponseType, type Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { getGraphJson } from '../graph/graph-client.ts';
import { retryAfterMs } from '../graph/graph-retry.ts';

/** Microsoft Learn: "Combine multiple HTTP requests using JSON batching": at most 20 requests. */
export const BATCH_SIZE = 20;

export type BatchAnswer =
  | { kind: 'answered'; body: unknown }
  /** 404: the object is not there any more. */
  | { kind: 'gone' }
  | { kind: 'failed'; error: unknown };

interface BatchDeps {
  client: Client;
  clock: Clock;
}

/** One answer inside a batch; header names come in any case. */
const itemSchema = z.object({
  id: z.coerce.string(),
  status: z.coerce.number(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
});
type Item = z.infer<typeof itemSchema>;
const envelopeSchema = z.object({ responses: z.array(itemSchema) });

/** What Graph says when there was too much at once; smaller batches may pass. */
const TOO_MUCH = new Set([424, 429]);
const DEFAULT_WAIT_MS = 1_000;

/**
 * GETs these paths (20 at most) in one `$batch` and answers in the order that was asked. Items that failed are asked
 * for again one by one, after the wait that the longest Retry-After among them names; the client retries those by its
 * own rules. A throttled envelope (429, or 424 as the documentation has it) is split in halves. Never throws.
 */
export async function sendBatch(deps: BatchDeps, urls: readonly string[]): Promise<BatchAnswer[]> {
  const envelope = await post(deps, urls);
  if (envelope.kind === 'failed') return urls.map(() => envelope);
  if (envelope.kind === 'tooMuch') {
    const half = Math.ceil(urls.length / 2);
    if (half === urls.length) return Promise.all(urls.map((url) => getOne(deps, url)));
    return [
      ...(await sendBatch(deps, urls.slice(0, half))),
      ...(await sendBatch(deps, urls.slice(half))),
    ];
  }
  await waitFor(deps.clock, envelope.items);
  const answers: BatchAnswer[] = [];
  for (const [index, url] of urls.entries()) {
    const item = envelope.items.get(`${index}`);
    answers.push(settled(item) ?? (await getOne(deps, url)));
  }
  return answers;
}

type Envelope =
  | { kind: 'items'; items: Map<string, Item> }
  | { kind: 'tooMuch' }
  | { kind: 'failed'; error: unknown };

async function post({ client }: BatchDeps, urls: readonly string[]): Promise<Envelope> {
  const requests = urls.map((url, id) => ({ id: `${id}`, method: 'GET', url }));
  try {
    return itemsOf(await client.api('/$batch').responseType(ResponseType.JSON).post({ requests }));
  } catch (error) {
    if (!(error instanceof GraphError) || !TOO_MUCH.has(error.statusCode)) {
      return { kind: 'failed', error };
    }
    // A 424 envelope may still carry its items; the SDK keeps such a body in `body`.
    const envelope = itemsOf(error.body);
    return envelope.kind === 'items' ? envelope : { kind: 'tooMuch' };
  }
}

function itemsOf(body: unknown): Envelope {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) return { kind: 'failed', error: parsed.error };
  return { kind: 'items', items: new Map(parsed.data.responses.map((item) => [item.id, item])) };
}

/** The answer where there is nothing more to ask; null for an item that is missing, throttled or failing. */
function settled(item: Item | undefined): BatchAnswer | null {
  if (item === undefined || item.status === 424 || item.status === 429 || item.status >= 500) {
    return null;
  }
  if (item.status === 404) return { kind: 'gone' };
  if (item.status >= 200 && item.status < 300) return { kind: 'answered', body: item.body };
  return { kind: 'failed', error: new GraphError(item.status) };
}

async function waitFor(clock: Clock, items: Map<string, Item>): Promise<void> {
  const nowMs = clock.now().getTime();
  const waits = [...items.values()]
    .filter((item) => settled(item) === null)
    .map((item) => retryAfterMs(retryAfterOf(item), nowMs) ?? DEFAULT_WAIT_MS);
  if (waits.length > 0) await clock.sleep(Math.max(...waits));
}

function retryAfterOf({ headers }: Item): string | null {
  const found = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'retry-after',
  );
  const value = found?.[1];
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : null;
}

async function getOne({ client }: BatchDeps, url: string): Promise<BatchAnswer> {
  try {
    return { kind: 'answered', body: await getGraphJson(client, url) };
  } catch (error) {
    if (error instanceof GraphError && error.statusCode === 404) return { kind: 'gone' };
    return { kind: 'failed', error };
  }
}
