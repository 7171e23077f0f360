import { isEnough, isUsable, type AccessToken } from './access-token.ts';
import type { Outcome, SharedDeps, Wanted } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { StoredState } from './grant-state-store.ts';
import { NO_GRANT, type GrantFailure, type GrantState } from './grant-state.ts';
import { openAccessToken } from './open-access-token.ts';

const FORCE_PAUSE_MS = 60_000;
const BUSY_RETRY_SECONDS = 2;

/** What can be said from the shared state alone; null when the provider has to be asked. */
export async function answerFromState(
  deps: SharedDeps,
  holder: GrantHolder,
  { wanted, stored }: { wanted: Wanted; stored: StoredState | null },
): Promise<Outcome | null> {
  const state = stored?.state ?? NO_GRANT;
  const now = deps.clock.now();
  const missing = missingOf(holder, state);
  if (missing !== null) return { ok: false, reason: missing };
  if (wanted.force === true) return tooSoon(state, now);
  const token = await openAccessToken(deps, holder, state);
  if (token !== null && isEnough(token, now, wanted.minTtlSeconds))
    return { ok: true, token, generation: state.generation, proof: null, staleBecause: null };
  const { failure, generation } = state;
  return failure === null || !(await isPause(deps, holder, failure))
    ? null
    : whileFailing(token, { failure, generation, now });
}

/** For when another instance does not come to an end: an older token if it is of use, else when to come back. */
export async function answerWhileBusy(deps: SharedDeps, holder: GrantHolder): Promise<Outcome> {
  const state = (await deps.states.read(holder))?.state ?? NO_GRANT;
  const token = state.isApproved ? await openAccessToken(deps, holder, state) : null;
  return token !== null && isUsable(token, deps.clock.now())
    ? { ok: true, token, generation: state.generation, proof: null, staleBecause: state.failure }
    : { ok: false, reason: 'busy', retryAfterSeconds: BUSY_RETRY_SECONDS };
}

/** A token that was given before stays good while the trouble is with the service or with the application's secret. */
export function whileFailing(
  token: AccessToken | null,
  { failure, generation, now }: { failure: GrantFailure; generation: number; now: Date },
): Outcome {
  const isPassing = failure.status === 'degraded' || failure.status === 'appCredentialBroken';
  return token !== null && isPassing && isUsable(token, now)
    ? { ok: true, token, generation, proof: null, staleBecause: failure }
    : { ok: false, reason: 'failed', failure };
}

/** Whether the provider is to be left alone. A new secret is worth a try at once, whatever was refused before. */
async function isPause(
  { clock, proofsOf }: SharedDeps,
  holder: GrantHolder,
  { notBefore, triedProofs }: GrantFailure,
): Promise<boolean> {
  if (new Date(notBefore) <= clock.now()) return false;
  const proofs = await proofsOf(holder);
  return proofs.every(({ id }) => triedProofs.includes(id));
}

function tooSoon({ forcedAt }: GrantState, now: Date): Outcome | null {
  const leftMs = forcedAt === null ? 0 : Date.parse(forcedAt) + FORCE_PAUSE_MS - now.getTime();
  return leftMs <= 0
    ? null
    : { ok: false, reason: 'tooSoon', retryAfterSeconds: Math.ceil(leftMs / 1000) };
}

function missingOf({ grantType }: GrantHolder, state: GrantState): 'noGrant' | 'unapproved' | null {
  if (grantType === 'authorizationCode' && state.grantId === null) return 'noGrant';
  return state.isApproved ? null : 'unapproved';
}
