import type { Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { getGraphJson } from '../graph/graph-client.ts';

/** What the organization says of itself; null where it may not be read. */
export interface Organization {
  /** So that people recognise their tenant; without it mails name the tenant's id. */
  name(): Promise<string | null>;
  /** Domains whose ownership was proven: mail to them stays in the house. */
  verifiedDomains(): Promise<string[] | null>;
}

const answer = z.object({
  value: z
    .array(
      z.object({
        displayName: z.string().min(1),
        verifiedDomains: z.array(z.object({ name: z.string() })).nullish(),
      }),
    )
    .min(1),
});

/** A run asks for both, minutes apart in a large tenant; the next night asks anew. */
const REMEMBERED_MS = 3_600_000;

/**
 * Reads the organization in one call and remembers it for an hour. Null where it may not be read (Microsoft Learn: "List
 * organization" needs Organization.Read.All) or Graph does not answer, which is not remembered. Never throws.
 */
export function graphOrganization(client: Client, clock: Pick<Clock, 'now'>): Organization {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let known: Promise<z.output<typeof answer>['value'][number] | null> | null = null;
  const read = async () => {
    try {
      const path = '/organization?$select=displayName,verifiedDomains';
      return answer.parse(await getGraphJson(client, path)).value[0] ?? null;
    } catch {
      known = null;
      return null;
    }
  };
  const organization = () => {
    const nowMs = clock.now().getTime();
    if (known !== null && nowMs - readAtMs < REMEMBERED_MS) return known;
    readAtMs = nowMs;
    known = read();
    return known;
  };
  return {
    name: async () => (await organization())?.displayName ?? null,
    verifiedDomains: async () =>
      (await organization())?.verifiedDomains?.map(({ name }) => name) ?? null,
  };
}
