import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { ConnectionState, SignedIn } from '../connections/connection-status.ts';
import type { Connection } from '../connections/connection.ts';
import type { Account } from '../credentials/account.ts';
import { reasonOf } from '../failure-text.ts';
import type { Log } from '../log.ts';
import { mapLimited } from '../map-limited.ts';
import type { TokenBroker } from './acquire-token.ts';
import { deathOf } from './death-date.ts';
import type { GrantStateStore } from './grant-state-store.ts';
import { NO_GRANT, type GrantState } from './grant-state.ts';
import { holderOf } from './holder-of.ts';

export interface KeepAliveDeps {
  connections: ConnectionStore;
  states: GrantStateStore;
  tokens: TokenBroker;
  /** When the secret ends that a connection uses, as the last checks saw it; null where they did not. */
  secretEndOf: (connection: Connection) => Promise<Date | null>;
  /** The account that signed in, as its directory has it; null where that cannot be seen. Never throws. */
  accountOf: (person: SignedIn) => Promise<Account | null>;
  clock: Clock;
  log: Log;
}

export interface KeptAlive {
  grants: number;
  renewed: number;
  failed: number;
  /** Days since the oldest grant was renewed; null without grants. */
  oldestDays: number | null;
}

const DAY_MS = 86_400_000;
/** A twelfth of the 90 days, so that a dead timer is noticed long before a grant dies. */
const RENEW_AFTER_DAYS = 7;
/** Spread over a day, so that connections that were made together do not come back together. */
const JITTER_MS = DAY_MS;
/** Facts 4.5: this alarm catches a dead timer. */
const ALARM_DAYS = 60;
const AT_ONCE = 4;
/** The host gives an invocation ten minutes; what is left waits for the next one. */
const TIME_MS = 6 * 60_000;

/**
 * Renews grants that have not been renewed for a week, the nearest to its end first, and writes down until when each
 * connection works. It renews grants, not access tokens: those are got when somebody asks. One connection's trouble is
 * its own; what a provider refuses is not asked more often than by a caller.
 */
export async function keepAlive(deps: KeepAliveDeps): Promise<KeptAlive> {
  const untilMs = deps.clock.now().getTime() + TIME_MS;
  const held = await heldGrants(deps);
  const outcomes = await mapLimited(held, AT_ONCE, async (grant) => {
    if (deps.clock.now().getTime() > untilMs) return 'left';
    return keepOne(deps, grant).catch((error: unknown) => {
      deps.log.warn('a grant could not be looked after', {
        connectionId: grant.connection.id,
        reason: reasonOf(error),
      });
      return 'failed' as const;
    });
  });
  const [oldest] = held;
  const oldestDays = oldest === undefined ? null : ageDays(deps, oldest.state);
  if (oldestDays !== null && oldestDays >= ALARM_DAYS)
    deps.log.error('a grant has not been renewed for 60 days: is the keep-alive timer running?', {
      connectionId: oldest?.connection.id ?? '',
      days: oldestDays,
    });
  const count = (what: string) => outcomes.filter((outcome) => outcome === what).length;
  return { grants: held.length, renewed: count('renewed'), failed: count('failed'), oldestDays };
}

interface Held {
  connection: Connection;
  status: ConnectionState | null;
  state: GrantState;
}

async function heldGrants(deps: KeepAliveDeps): Promise<Held[]> {
  const { connections } = deps;
  const held: Held[] = [];
  for await (const { value: connection } of connections.list()) {
    if (connection.grantType !== 'authorizationCode') continue;
    const state = await stateOf(deps, connection);
    if (state.grantId === null) continue;
    held.push({ connection, status: await connections.state(connection), state });
  }
  return held.sort((a, b) => renewedMs(a.state) - renewedMs(b.state));
}

async function keepOne(deps: KeepAliveDeps, held: Held): Promise<'fresh' | 'renewed' | 'failed'> {
  const { connection, status } = held;
  const person = status?.authorizedBy ?? null;
  const account = person === null ? null : await deps.accountOf(person);
  const isRenewal = held.state.isApproved && isDue(deps, held, account);
  const result = isRenewal ? await renew(deps, held) : 'fresh';
  const state = isRenewal ? await stateOf(deps, connection) : held.state;
  await noteDeath(deps, connection, { state, leavesAt: account?.leavesAt ?? null });
  return result;
}

async function stateOf({ states }: KeepAliveDeps, connection: Connection): Promise<GrantState> {
  return (await states.read(holderOf(connection, 0)))?.state ?? NO_GRANT;
}

/** What is broken is asked about no sooner than by a caller; what works is asked whatever is remembered. */
async function renew(
  { tokens }: KeepAliveDeps,
  { connection, status }: Held,
): Promise<'renewed' | 'failed'> {
  const holder = holderOf(connection, status?.generation ?? 0);
  const force = status === null || status.status === 'connected';
  const outcome = await tokens.acquire(holder, { minTtlSeconds: 3_000, force });
  return outcome.ok && outcome.staleBecause === null ? 'renewed' : 'failed';
}

/** A disabled account has ended every sign-in: the provider says so in its own words, and people are told. */
function isDue(
  { clock }: KeepAliveDeps,
  { connection: { id, instance }, state }: Held,
  account: Account | null,
): boolean {
  const dueMs = renewedMs(state) + RENEW_AFTER_DAYS * DAY_MS + jitterMs(`${id}.${instance}`);
  return account?.isDisabled === true || clock.now().getTime() >= dueMs;
}

/** The same for a connection each time. */
function jitterMs(name: string): number {
  const [first = 0, second = 0] = createHash('sha256').update(name).digest();
  return ((first * 256 + second) / 65_536) * JITTER_MS;
}

function renewedMs({ refreshTokenAt, signedInAt }: GrantState): number {
  return Date.parse(refreshTokenAt ?? signedInAt ?? '1970-01-01T00:00:00Z');
}

function ageDays({ clock }: KeepAliveDeps, state: GrantState): number {
  return Math.floor((clock.now().getTime() - renewedMs(state)) / DAY_MS);
}

async function noteDeath(
  { connections, secretEndOf }: KeepAliveDeps,
  connection: Connection,
  { state, leavesAt }: { state: GrantState; leavesAt: Date | null },
): Promise<void> {
  const secretEnd = await secretEndOf(connection);
  const isCertificate = connection.credential.type === 'certificate';
  await connections.setState(connection, (now) => {
    if (now === null) return null;
    const death = deathOf({
      secretExpires: isCertificate ? null : secretEnd,
      certificateExpires: isCertificate ? secretEnd : null,
      refreshTokenAt: dateOf(state.refreshTokenAt),
      signedInAt: dateOf(state.signedInAt),
      signInFrequencySeconds: now.signInFrequencySeconds,
      userLeaves: leavesAt,
    });
    const isSame = now.worksUntil === death.worksUntil && now.endsBecause === death.endsBecause;
    if (isSame && now.refreshTokenAt === state.refreshTokenAt) return null;
    return { ...now, ...death, refreshTokenAt: state.refreshTokenAt };
  });
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
