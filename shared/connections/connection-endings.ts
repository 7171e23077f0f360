import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { ConnectionState } from './connection-status.ts';
import type { Connection } from './connection.ts';

/** A connection that has stopped, or that will for a reason of its own. */
export interface ConnectionEnding {
  connection: Connection;
  state: ConnectionState;
  /** Since when it gives no tokens, or until when it does. */
  at: Date;
  isStopped: boolean;
  /** From when on somebody is to be told that it has stopped. */
  tellFrom: Date;
  /** Others that have stopped because of the same application's proof; told with this one. */
  sameProof: Connection[];
}

export interface EndingsDeps {
  connections: Pick<ConnectionStore, 'list' | 'state'>;
  /** When the secret ends that a connection uses, by what the checks of its application's tenant have found. */
  secretEndOf: (connection: Connection) => Promise<Date | null>;
  /** Counts what has stopped by then. */
  clock: Pick<Clock, 'now'>;
}

const AT_ONCE = 8;
/** A run counts from its start: what stopped while it began would be about to stop for it, and have stopped for the next. */
const SETTLED_MS = 60_000;
/** What heals itself is given this long to do so. */
const PATIENCE_MS = 6 * 3_600_000;
/** What is further away is nobody's matter yet; a sign-in is renewed long before. */
const SOON_MS = 60 * 86_400_000;
const STOPPED = new Set<ConnectionState['status']>([
  'appCredentialBroken',
  'reauthorizationRequired',
  'adminActionRequired',
  'misconfigured',
]);

/**
 * The connections that somebody has to look after. Those that an application's proof stopped are one matter for each
 * application, and none at all where its secret has ended: whoever is told of the secret is told what it stops. Throws
 * `storage_unavailable`.
 */
export async function connectionEndings(deps: EndingsDeps): Promise<ConnectionEnding[]> {
  const known: Connection[] = [];
  for await (const { value } of deps.connections.list()) known.push(value);
  const found = await mapLimited(known, AT_ONCE, async (connection) => {
    const state = await deps.connections.state(connection);
    const ending = state === null ? null : endingOf(connection, state, deps.clock.now());
    return ending !== null && (await isToldWithItsSecret(deps, ending)) ? null : ending;
  });
  return onePerApplication(found.filter((ending) => ending !== null));
}

function endingOf(
  connection: Connection,
  state: ConnectionState,
  now: Date,
): ConnectionEnding | null {
  const { status, worksUntil, endsBecause } = state;
  const since = new Date(state.since);
  const base = { connection, state, sameProof: [] };
  const patienceMs = STOPPED.has(status) ? SETTLED_MS : PATIENCE_MS;
  const tellFrom = new Date(since.getTime() + patienceMs);
  if (STOPPED.has(status) || status === 'degraded')
    return tellFrom <= now ? { ...base, at: since, isStopped: true, tellFrom } : null;
  // The end of a secret is a matter of the application that it belongs to.
  if (status !== 'connected' || worksUntil === null || endsBecause === 'secretExpires') return null;
  const at = new Date(worksUntil);
  const isFar = at.getTime() - now.getTime() > SOON_MS;
  return isFar ? null : { ...base, at, isStopped: false, tellFrom: now };
}

async function isToldWithItsSecret(
  { secretEndOf, clock }: EndingsDeps,
  { connection, state }: ConnectionEnding,
): Promise<boolean> {
  if (state.status !== 'appCredentialBroken') return false;
  const end = await secretEndOf(connection);
  return end !== null && end <= clock.now();
}

/** The one that stopped first speaks for all that its application's proof stopped. */
function onePerApplication(endings: ConnectionEnding[]): ConnectionEnding[] {
  const kept = new Map<string, ConnectionEnding>();
  for (const ending of endings.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const application = applicationOf(ending);
    const first = kept.get(application);
    if (first === undefined) kept.set(application, ending);
    else first.sameProof.push(ending.connection);
  }
  return [...kept.values()];
}

function applicationOf({ connection, state }: ConnectionEnding): string {
  const { id, appTenantId, tenantId, oauth2, clientId } = connection;
  const home = appTenantId ?? tenantId ?? oauth2?.tokenEndpoint;
  return state.status === 'appCredentialBroken' ? JSON.stringify([home, clientId]) : id;
}
