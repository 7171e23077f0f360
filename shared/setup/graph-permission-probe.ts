import type { TokenCredential } from '@azure/identity';
import { GraphError, type Client } from '@microsoft/microsoft-graph-client';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Cloud } from '../clouds.ts';
import { getGraphJson } from '../graph/graph-client.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import { permissions, type PermissionId } from './permission-list.ts';
import type { Held } from './permission-probe.ts';

interface GraphProbeDeps {
  client: Client;
  credential: Pick<TokenCredential, 'getToken'>;
  cloud: Pick<Cloud, 'graphUrl'>;
}

type Look = (deps: GraphProbeDeps) => Promise<Held>;

/**
 * What the monitor's identity may do on Microsoft Graph, by the calls that the permissions are for: a call counts what
 * was granted a minute ago, or comes by a larger permission. What a permission list says may not be in the token yet.
 */
export const graphLooks: Partial<Record<PermissionId, Look>> = {
  applications: (deps) => allowed(deps, 'applications', '/applications?$top=1&$select=id'),
  people: (deps) => allowed(deps, 'people', '/users?$top=1&$select=id,displayName'),
  everybody: managersAllowed,
  organization: (deps) => allowed(deps, 'organization', '/organization?$select=id'),
  signIns: (deps) =>
    allowed(
      deps,
      'signIns',
      `${deps.cloud.graphUrl}/beta/reports/appCredentialSignInActivities?$top=1`,
    ),
  mail: mailAllowed,
};

async function allowed(deps: GraphProbeDeps, id: PermissionId, url: string): Promise<Held> {
  try {
    await getGraphJson(deps.client, url);
    return GRANTED;
  } catch (error) {
    return heldAfter(error, id);
  }
}

const GRANTED: Held = { granted: true, said: null };

const usersSchema = z.object({ value: z.array(z.object({ id: z.string() })) });

/** "List manager" is the call that it is for; anybody will do, and nobody's manager is an answer too. */
async function managersAllowed(deps: GraphProbeDeps): Promise<Held> {
  try {
    const users = usersSchema.parse(await getGraphJson(deps.client, '/users?$top=1&$select=id'));
    const [user] = users.value;
    if (user === undefined) return { granted: null, said: 'The tenant shows no user to try with.' };
    const path = `/users/${encodeURIComponent(user.id)}/manager?$select=id`;
    await getGraphJson(deps.client, path);
    return GRANTED;
  } catch (error) {
    if (error instanceof GraphError && error.statusCode === 404) return GRANTED;
    return heldAfter(error, 'everybody');
  }
}

function heldAfter(error: unknown, id: PermissionId): Held {
  const { name, why } = permissions[id];
  if (error instanceof GraphError && error.statusCode === 403) {
    return { granted: false, said: null };
  }
  return {
    granted: null,
    said: graphFailure(error, { reading: why, permission: name }).message,
  };
}

/** Mail cannot be tried without sending one, and what Exchange gives stands in no token. */
async function mailAllowed({ credential, cloud }: GraphProbeDeps): Promise<Held> {
  const roles = await rolesIn(credential, cloud);
  if (roles === null) return { granted: null, said: 'Keyturn could not sign in to Graph.' };
  if (!roles.includes('Mail.Send')) return { granted: null, said: UNSEEN };
  return { granted: true, said: TOO_WIDE };
}

const UNSEEN =
  'What Exchange allows cannot be seen without sending: run keyturn test-alert mail. After a change in Exchange it can take two hours to count.';
const TOO_WIDE =
  'The identity holds Mail.Send of Microsoft Graph, which allows every mailbox of the tenant and undoes the limits of Exchange. Give it the role Application Mail.Send in Exchange for one mailbox, then take Mail.Send away: keyturn setup --role entra shows how.';

/** Mail.Send has words of its own where mail goes through Graph. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(permissions).map(({ name }) => name),
  'Mail.Send',
]);

/** What an identity's token allows on Microsoft Graph and Keyturn never uses; empty where nobody can say. */
export async function surplusRoles(
  deps: Pick<GraphProbeDeps, 'credential' | 'cloud'>,
  uses: (role: string) => boolean = (role) => KNOWN.has(role),
): Promise<string[]> {
  const roles = (await rolesIn(deps.credential, deps.cloud)) ?? [];
  return roles.filter((role) => !uses(role));
}

const claimsSchema = z.object({ roles: z.array(z.string()).default([]) });

async function rolesIn(
  credential: GraphProbeDeps['credential'],
  { graphUrl }: GraphProbeDeps['cloud'],
): Promise<string[] | null> {
  try {
    const token = await credential.getToken(`${graphUrl}/.default`);
    return token === null ? null : claimsSchema.parse(decodeJwt(token.token)).roles;
  } catch {
    return null;
  }
}
