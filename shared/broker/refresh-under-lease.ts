import { whileFailing } from './answer-from-state.ts';
import type { Outcome, SharedDeps } from './broker-deps.ts';
import { askProvider, type Asked } from './ask-provider.ts';
import { failureOf } from './grant-failure.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { StateLease, StoredState } from './grant-state-store.ts';
import { NO_GRANT, type GrantFailure, type GrantState } from './grant-state.ts';
import { keepTokens } from './keep-tokens.ts';
import { openAccessToken } from './open-access-token.ts';
import { openRefreshToken } from './refresh-token.ts';

interface Refreshing {
  holder: GrantHolder;
  stored: StoredState | null;
  forced: boolean;
}

/** Asks the provider and keeps what it gives, holding the lease. A refusal is kept too, and never costs the grant. */
export async function refreshUnderLease(
  deps: SharedDeps,
  lease: StateLease,
  { holder, stored, forced }: Refreshing,
): Promise<Outcome> {
  const state: GrantState = {
    ...(stored?.state ?? NO_GRANT),
    ...(forced ? { forcedAt: deps.clock.now().toISOString() } : {}),
  };
  const refreshToken = await openRefreshToken(deps, holder, state);
  const asked: Asked = await askProvider(deps, lease, {
    holder,
    refreshToken,
    refusedProofs: state.refusedProofs,
  });
  if (asked.ok) {
    return keepTokens(deps, lease, {
      holder,
      state,
      etag: stored?.etag ?? null,
      tokens: asked.tokens,
      askedAt: asked.askedAt,
      usedRefreshToken: refreshToken,
      proof: asked.proof,
      refusedProofs: asked.refusedProofs,
    });
  }
  const failure = failureOf(asked, { now: deps.clock.now(), random: deps.random });
  await writeFailure(lease, { state, etag: stored?.etag ?? null, failure });
  deps.log.warn('a provider gave no token', {
    connectionId: holder.connectionId,
    status: failure.status,
    code: failure.code,
  });
  return whileFailing(await openAccessToken(deps, holder, state), {
    failure,
    generation: state.generation,
    now: deps.clock.now(),
  });
}

/** A note for other instances; that it was not taken changes nothing but the number of tries. */
async function writeFailure(
  lease: StateLease,
  { state, etag, failure }: { state: GrantState; etag: string | null; failure: GrantFailure },
): Promise<void> {
  await lease.write({ ...state, failure }, etag);
}
