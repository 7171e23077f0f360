import type { Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { getGraphJson } from '../graph-client.ts';

const answer = z.object({ value: z.array(z.object({ displayName: z.string().min(1) })).min(1) });

/**
 * The organization's name, so that people recognise their tenant. Null where it may not be read (Microsoft Learn:
 * "List organization" needs Organization.Read.All) or Graph does not answer: then mails name the tenant's id.
 */
export async function graphOrganizationName(client: Client): Promise<string | null> {
  try {
    const body = await getGraphJson(client, '/organization?$select=displayName');
    return answer.parse(body).value[0]?.displayName ?? null;
  } catch {
    return null;
  }
}
