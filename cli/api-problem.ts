import { z } from 'zod';

const schema = z.object({
  detail: z.string(),
  correlationId: z.string().nullish(),
  faults: z.array(z.object({ name: z.string(), fault: z.string(), fix: z.string() })).nullish(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).nullish(),
});

/** What an installation said about a call that it did not serve (RFC 9457). */
export interface ApiProblem {
  /** What to do; null where the answer is no problem of Keyturn's. */
  detail: string | null;
  /** Settings that keep the service from answering. */
  faults: { name: string; fault: string; fix: string }[];
  correlationId: string | null;
}

/** Reads an error answer, whatever it holds. */
export function problemOf(text: string): ApiProblem {
  const { data } = schema.safeParse(jsonOf(text));
  if (data === undefined) return { detail: null, faults: [], correlationId: null };
  const wrong = (data.errors ?? [])
    .map(({ pointer, detail }) => ` ${detail} (${pointer})`)
    .join('');
  return {
    detail: `${data.detail}${wrong}`,
    faults: data.faults ?? [],
    correlationId: data.correlationId ?? null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
