import { Hono } from 'hono';
import type { World } from './world.ts';

/**
 * A Power Automate flow with the trigger "When a Teams webhook request is received": takes a card of at most
 * 28 KB and answers 202 before the flow has run (Microsoft Learn, "Create incoming webhooks with Workflows").
 */
export function teamsWorkflows(world: World): Hono {
  const app = new Hono();
  app.post('*', async (c) => {
    if (!new URL(c.req.url).searchParams.has('sig')) {
      const message = 'The request must be authenticated only by Shared Access scheme.';
      return c.json({ error: { code: 'DirectApiAuthorizationRequired', message } }, 401);
    }
    const text = await c.req.text();
    if (Buffer.byteLength(text) > MAX_CARD_BYTES) {
      const message = `The request content exceeds the maximum of ${MAX_CARD_BYTES} bytes.`;
      return c.json({ error: { code: 'RequestEntityTooLarge', message } }, 413);
    }
    const body = parsed(text);
    if (body === undefined) {
      const message = 'The input body for trigger is not valid JSON.';
      return c.json({ error: { code: 'TriggerInputSchemaMismatch', message } }, 400);
    }
    world.cards.push({ at: world.now().toISOString(), url: c.req.url, body });
    return c.body(null, 202);
  });
  return app;
}

/** Somebody's webhook receiver: takes everything. */
export function webhookReceiver(world: World): Hono {
  const app = new Hono();
  app.post('*', async (c) => {
    const text = await c.req.text();
    world.webhooks.push({
      at: world.now().toISOString(),
      url: c.req.url,
      body: parsed(text) ?? text,
      // What Standard Webhooks signs, so that a reader can check the signature.
      headers: Object.fromEntries(
        [...c.req.raw.headers].filter(([name]) => name.startsWith('webhook-')),
      ),
      rawBody: text,
    });
    return c.json({ received: true });
  });
  return app;
}

const MAX_CARD_BYTES = 28_672;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
