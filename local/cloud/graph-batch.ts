import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionDropped, faultAnswer, isAnswer, type Fault } from './faults.ts';
import { badRequest } from './graph-error.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import type { World } from './world.ts';

/**
 * Adds JSON batching (Microsoft Learn, "Combine multiple HTTP requests using JSON batching"): at most 20 requests,
 * each answered by itself, in another order than they were asked.
 */
export function batchRoute(app: GraphApp, world: World): void {
  app.post('/v1.0/$batch', async (c) => {
    const steps = stepsOf(await bodyOf(c));
    const responses = await Promise.all(steps.map((step) => stepAnswer(c, step, { app, world })));
    return c.json({ responses: shuffled(responses) });
  });
}

interface Step {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

interface StepAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

const MAX_STEPS = 20;

async function bodyOf(c: GraphContext): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw badRequest('Invalid batch payload format.');
  }
}

function stepsOf(payload: unknown): Step[] {
  const requests = (payload as { requests?: unknown } | null)?.requests;
  if (!Array.isArray(requests) || requests.length === 0) {
    throw badRequest('Invalid batch payload format.');
  }
  if (requests.length > MAX_STEPS) {
    throw badRequest(
      `Number of batch request steps exceeds the maximum value of ${MAX_STEPS}.`,
      'MaximumValueExceeded',
    );
  }
  const steps = requests.map(toStep);
  if (new Set(steps.map(({ id }) => id)).size < steps.length) {
    throw badRequest('Request Id has to be unique in a batch.');
  }
  return steps;
}

function toStep(given: unknown): Step {
  const step = (given ?? {}) as Record<string, unknown>;
  const { id, method, url } = step;
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') {
    throw badRequest('Every batch request needs an id, a method and a relative url.');
  }
  if (/^https?:/i.test(url)) throw badRequest('Urls in a batch have to be relative.');
  return {
    id,
    method: method.toUpperCase(),
    url: url.startsWith('/') ? url : `/${url}`,
    headers: (step['headers'] ?? {}) as Record<string, string>,
    body: step['body'],
  };
}

async function stepAnswer(
  c: GraphContext,
  step: Step,
  { app, world }: { app: GraphApp; world: World },
): Promise<StepAnswer> {
  const { host } = new URL(c.req.url);
  const pathAndQuery = `/v1.0${step.url}`;
  const authorization = c.req.header('authorization') ?? null;
  const fault = world.faults.take({ host, method: step.method, pathAndQuery, authorization });
  const scripted = fault === undefined ? undefined : await scriptedAnswer(step.id, fault);
  if (scripted !== undefined) return scripted;
  if (step.url.startsWith('/$batch')) throw badRequest('Batch requests cannot be nested.');
  const request = new Request(`https://${host}${pathAndQuery}`, {
    method: step.method,
    headers: { ...step.headers, authorization: authorization ?? '' },
    ...(step.body === undefined ? {} : { body: stepBody(step.body) }),
  });
  return toStepAnswer(step.id, await app.fetch(request));
}

/** What a fault answers for one item; undefined for one that only delays. */
async function scriptedAnswer(id: string, fault: Fault): Promise<StepAnswer | undefined> {
  if (fault.delayMs !== undefined) await delay(fault.delayMs);
  if (fault.drop === true) throw new ConnectionDropped();
  if (!isAnswer(fault)) return undefined;
  const { status, headers, json, text } = faultAnswer(fault);
  return { id, status, headers: capitalized(headers), body: json ?? text };
}

function stepBody(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function toStepAnswer(id: string, response: Response): Promise<StepAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const kept = ['content-type', 'retry-after', 'cache-control', 'location'];
  const headers = [...response.headers].filter(([name]) => kept.includes(name));
  return {
    id,
    status: response.status,
    headers: capitalized(Object.fromEntries(headers)),
    body: isJson ? (JSON.parse(text) as unknown) : Buffer.from(text).toString('base64'),
  };
}

/** Inside a batch, header names are as Graph writes them: `Retry-After`, `Content-Type`. */
function capitalized(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(^|-)([a-z])/g, (letters) => letters.toUpperCase()),
      value,
    ]),
  );
}

/** The order of answers is not promised, so it is never that of the questions: odd places first, each half backwards. */
function shuffled<Item>(items: Item[]): Item[] {
  const odd = items.filter((_, index) => index % 2 === 1).reverse();
  const even = items.filter((_, index) => index % 2 === 0).reverse();
  return [...odd, ...even];
}
