import type { TokenCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { cliCredential } from '../shared/azure-credentials.ts';
import type { WalkedCredential } from '../shared/checks/walk.ts';
import { systemClock } from '../shared/clock.ts';
import { clouds, type Cloud } from '../shared/clouds.ts';
import type { CredentialSource } from '../shared/credentials/credential-source.ts';
import { federatedCredentialSource } from '../shared/credentials/federated-credential-source.ts';
import { graphCredentialSource } from '../shared/credentials/graph-credential-source.ts';
import { graphOwners } from '../shared/credentials/graph-owners.ts';
import type { OwnedObject, OwnerLookup } from '../shared/credentials/owner-lookup.ts';
import { displayText } from '../shared/display-text.ts';
import { createGraphClient } from '../shared/graph/graph-client.ts';
import { AppError } from '../shared/errors.ts';
import type { Io } from './io.ts';
import type { Unread } from './scan-report.ts';

/** A tenant that is about to be read as the signed-in user. */
export interface LiveReading {
  source: CredentialSource;
  /** The tenant that the token is for. */
  tenantId: string | null;
  addOwners(findings: WalkedCredential[]): Promise<Unread[]>;
  isRefused(): boolean;
}

/** What is to be read. */
export interface LiveWanted {
  /** Null: the tenant that is signed in to. */
  tenantId: string | null;
  /** Federated credentials too. */
  federated?: boolean;
}

/** Who reads, and through what. */
export interface LiveDeps {
  credential: Pick<TokenCredential, 'getToken'>;
  /** Instead of the process's own fetch. */
  fetch?: typeof fetch;
}

/** Opens the tenant of whoever is signed in with the Azure command line; throws as {@link openLiveReading} does. */
export function openTenant(wanted: LiveWanted, io: Io): Promise<LiveReading> {
  const credential = cliCredential(wanted.tenantId ?? undefined);
  return openLiveReading(wanted, io, { credential });
}

/**
 * Signs in and opens the tenant's lists. Throws AppError `unauthorized` with what to type when nobody is signed in, and
 * `not_configured` for a KEYTURN_CLOUD that does not exist.
 */
export async function openLiveReading(
  { tenantId, federated = false }: LiveWanted,
  io: Io,
  deps: LiveDeps,
): Promise<LiveReading> {
  const cloud = cloudOf(io.env['KEYTURN_CLOUD']);
  const token = await tokenOf(deps.credential, { cloud, tenantId });
  const client = createGraphClient({ ...deps, cloud, clock: systemClock, random: Math.random });
  const owners = graphOwners({ client, clock: systemClock });
  const lists = graphCredentialSource({ client });
  return {
    source: federated
      ? federatedCredentialSource({ client, clock: systemClock, source: lists })
      : lists,
    tenantId: tenantIn(token),
    addOwners: (findings) => addOwners(findings, owners, io),
    isRefused: () => false,
  };
}

/** A token for Graph, to find out before the first page whether somebody is signed in. Throws AppError `unauthorized`. */
export async function tokenOf(
  credential: LiveDeps['credential'],
  { cloud, tenantId }: { cloud: Cloud; tenantId: string | null },
): Promise<string> {
  const login = `az login${tenantId === null ? '' : ` --tenant ${tenantId}`} --allow-no-subscriptions`;
  let token: { token: string } | null;
  try {
    token = await credential.getToken(`${cloud.graphUrl}/.default`);
  } catch (cause) {
    const isMissing =
      cause instanceof Error && /could not be found|not installed/i.test(cause.message);
    const first = isMissing
      ? 'install the Azure command line (https://aka.ms/azure-cli) and run'
      : 'run';
    throw new AppError(
      'unauthorized',
      `nobody is signed in for Microsoft Graph. To read your tenant, ${first}: ${login}. To read an export instead, use --from FILE.`,
      { cause },
    );
  }
  if (token !== null) return token.token;
  throw new AppError('unauthorized', `no token for Microsoft Graph was given. Run: ${login}`);
}

/** Owners of what was found, and of nothing else: a lookup costs a request per 20 holders. */
export async function addOwners(
  findings: WalkedCredential[],
  lookup: OwnerLookup,
  io: Io,
): Promise<Unread[]> {
  const holders = findings.flatMap(({ holder: { type, objectId } }): OwnedObject[] =>
    objectId !== null && (type === 'application' || type === 'servicePrincipal')
      ? [{ type, objectId }]
      : [],
  );
  if (holders.length === 0) return [];
  const { owners, incomplete, notes } = await lookup.ownersOf(holders);
  for (const finding of findings) {
    finding.owners = owners.get(finding.holder.objectId ?? '') ?? finding.owners;
  }
  for (const note of notes) io.err(`Note: ${displayText(note, 600)}\n`);
  return incomplete.map(({ list, reason }) => ({ where: list, reason }));
}

function cloudOf(name: string | undefined): Cloud {
  const cloud = Object.values(clouds).find((known) => known.name === (name ?? 'public'));
  if (cloud !== undefined) return cloud;
  const names = Object.keys(clouds).join(', ');
  throw new AppError('not_configured', `KEYTURN_CLOUD is not one of ${names}.`);
}

function tenantIn(token: string): string | null {
  try {
    const { tid } = decodeJwt(token);
    return typeof tid === 'string' ? tid : null;
  } catch {
    return null;
  }
}
