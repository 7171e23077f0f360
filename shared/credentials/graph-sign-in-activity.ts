import type { Client } from '@microsoft/microsoft-graph-client';
import { getGraphJson } from '../graph/graph-client.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import { readIsoInstant } from './instant.ts';
import type { SignInActivity, SignInsRead } from './sign-in-activity.ts';

export interface GraphSignInActivityDeps {
  client: Client;
  /** Origin of the cloud's Graph. */
  graphUrl: string;
}

/**
 * When secrets were last used, from the report that Microsoft Graph has in beta alone, and in the public cloud alone
 * (Microsoft Learn: "List appCredentialSignInActivities"; AuditLog.Read.All, and in practice a Premium licence). One
 * row per credential and resource; the latest counts. Rows lag a day, and what is absent may have been used.
 */
export function graphSignInActivity(deps: GraphSignInActivityDeps): SignInActivity {
  return { read: () => readRows(deps) };
}

/** A tenant with more rows than this is not worth the calls: it takes a page for every hundred. */
const MAX_PAGES = 200;
const ATTEMPT = {
  reading: 'when secrets were last used (sign-in activity)',
  permission: 'AuditLog.Read.All',
};

async function readRows({ client, graphUrl }: GraphSignInActivityDeps): Promise<SignInsRead> {
  const lastSeen = new Map<string, Date>();
  let url: string | null = `${graphUrl}/beta/reports/appCredentialSignInActivities`;
  try {
    for (let pages = 0; url !== null; pages += 1) {
      if (pages === MAX_PAGES) return { lastSeen, incomplete: TOO_MANY };
      const body = (await getGraphJson(client, url)) as Record<string, unknown> | null;
      const value = body?.['value'];
      if (!Array.isArray(value)) return { lastSeen, incomplete: UNREADABLE };
      for (const row of value) keep(lastSeen, row);
      const next = body?.['@odata.nextLink'];
      url = typeof next === 'string' && next !== '' ? next : null;
    }
    return { lastSeen, incomplete: null };
  } catch (error) {
    return { lastSeen, incomplete: graphFailure(error, ATTEMPT).message };
  }
}

const TOO_MANY = `Microsoft Graph has more rows of sign-in activity than Keyturn reads in a night (${MAX_PAGES} pages).`;
const UNREADABLE = 'Microsoft Graph answered something that is not a list of sign-in activity.';

function keep(lastSeen: Map<string, Date>, row: unknown): void {
  const { keyId, signInActivity } = (row ?? {}) as Record<string, unknown>;
  const { lastSignInDateTime } = (signInActivity ?? {}) as Record<string, unknown>;
  if (typeof keyId !== 'string' || typeof lastSignInDateTime !== 'string') return;
  const at = readIsoInstant(lastSignInDateTime);
  const key = keyId.toLowerCase();
  const known = lastSeen.get(key);
  if (at !== null && (known === undefined || at > known)) lastSeen.set(key, at);
}
