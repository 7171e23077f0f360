import type { Middleware } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';

/** Graph answers 150 such calls per minute, tenant and endpoint. Microsoft Learn: "List applications", keyCredentials. */
const MAX_CALLS = 150;
/** A second more than the minute, since calls do not arrive as evenly as they leave. */
const WINDOW_MS = 61_000;

/**
 * Spaces calls that read `keyCredentials` so that Graph's limit is not met: none waits until 150 have left for the same
 * list within a minute, then each waits for its place. Other calls pass untouched.
 */
export function graphPace({ clock }: { clock: Clock }): Middleware {
  let next: Middleware | undefined;
  const leftAtMs = new Map<string, number[]>();
  return {
    setNext: (middleware) => {
      next = middleware;
    },
    execute: async (context) => {
      const list = pacedListOf(String(context.request));
      if (list !== null) {
        const sent = leftAtMs.get(list) ?? [];
        leftAtMs.set(list, sent);
        await takePlace(sent, clock);
      }
      await next?.execute(context);
    },
  };
}

/** Books the place before waiting for it, so that calls made at once do not book the same one. */
async function takePlace(sent: number[], clock: Clock): Promise<void> {
  const nowMs = clock.now().getTime();
  const oldest = sent.length < MAX_CALLS ? undefined : sent.shift();
  const placeMs = oldest === undefined ? nowMs : Math.max(nowMs, oldest + WINDOW_MS);
  sent.push(placeMs);
  if (placeMs > nowMs) await clock.sleep(placeMs - nowMs);
}

function pacedListOf(url: string): string | null {
  const { pathname, searchParams } = new URL(url);
  const select = searchParams.get('$select') ?? '';
  return select.split(',').includes('keyCredentials') ? pathname : null;
}
