import { reasonOf } from '../failure-text.ts';
import { anchorGrant } from './anchor-grant.ts';
import type { Outcome, SharedDeps } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { StateLease, StoredState } from './grant-state-store.ts';
import { NO_GRANT, type GrantState } from './grant-state.ts';
import { sealRefreshToken } from './refresh-token.ts';
import { accessTokenOf, sealAccessToken } from './seal-access-token.ts';
import type { TokenSet } from './token-provider.ts';

export interface Kept {
  holder: GrantHolder;
  /** The state that the refresh started from, and its version. */
  state: GrantState;
  etag: string | null;
  tokens: TokenSet;
  askedAt: Date;
  usedRefreshToken: string | null;
  proof: string;
  refusedProofs: GrantState['refusedProofs'];
}

const TRIES = 8;
const PAUSE_MS = 500;

/**
 * Seals what the provider gave into the shared state before anybody is answered (security rule 16), then moves the
 * anchor where that is due. A state that was written over meanwhile is read again: of the same consent, the new refresh
 * token is kept on top; of another one, or of none, it is not, since somebody signed in anew or deleted the connection.
 */
export async function keepTokens(
  deps: SharedDeps,
  lease: StateLease,
  kept: Kept,
): Promise<Outcome> {
  const { holder, state, tokens } = kept;
  const token = accessTokenOf(holder, kept);
  const saved = await save(deps, lease, kept).catch((error: unknown) => {
    deps.log.error('new tokens could not be saved; this instance keeps them and tries again', {
      connectionId: holder.connectionId,
      reason: reasonOf(error),
    });
    return 'unsaved' as const;
  });
  if (saved === 'replaced') return { ok: false, reason: 'busy', retryAfterSeconds: 1 };
  if (saved === 'unsaved') {
    if (tokens.refreshToken !== null) deps.unsaved.set(state.grantId, tokens.refreshToken);
    return { ok: true, token, generation: state.generation, proof: kept.proof, staleBecause: null };
  }
  deps.unsaved.clear(state.grantId);
  await anchorGrant(deps, saved.lease, {
    holder,
    stored: saved.stored,
    refreshToken: refreshTokenOf(kept),
  });
  if (saved.lease !== lease) await saved.lease.release();
  return {
    ok: true,
    token,
    generation: saved.stored.state.generation,
    proof: kept.proof,
    staleBecause: null,
  };
}

/** `replaced`: the grant that this was for is not the connection's any more. */
async function save(
  deps: SharedDeps,
  first: StateLease,
  kept: Kept,
): Promise<{ stored: StoredState; lease: StateLease } | 'replaced'> {
  let lease = first;
  let base: { state: GrantState; etag: string | null } = kept;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const state = await nextState(deps, kept, base.state);
    const etag = await lease.write(state, base.etag);
    if (etag !== null) return { stored: { state, etag }, lease };
    lease = await heldAgain(deps, lease, kept.holder);
    const now = await lease.read();
    base = { state: now?.state ?? NO_GRANT, etag: now?.etag ?? null };
    if (base.state.grantId !== kept.state.grantId) {
      if (lease !== first) await lease.release();
      return 'replaced';
    }
  }
  throw new Error('the state changed under every try');
}

/** A lease that ran out is renewed; one that somebody else took is waited for. */
async function heldAgain(
  { states, clock }: SharedDeps,
  lease: StateLease,
  holder: GrantHolder,
): Promise<StateLease> {
  if (await lease.renew()) return lease;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const another = await states.lease(holder);
    if (another !== null) return another;
    await clock.sleep(PAUSE_MS * (tries + 1));
  }
  throw new Error('another instance does not let go of the state');
}

async function nextState(deps: SharedDeps, kept: Kept, base: GrantState): Promise<GrantState> {
  const { holder, tokens, askedAt } = kept;
  const { generation } = base;
  const token = accessTokenOf(holder, kept);
  const refreshToken = refreshTokenOf(kept);
  return {
    ...base,
    refreshToken:
      refreshToken === null
        ? null
        : await sealRefreshToken(deps, holder, { text: refreshToken, generation }),
    refreshTokenAt: tokens.refreshToken === null ? base.refreshTokenAt : askedAt.toISOString(),
    accessToken: await sealAccessToken(deps, holder, { token, generation }),
    forcedAt: kept.state.forcedAt,
    failure: null,
    refusedProofs: [...kept.refusedProofs],
  };
}

/** RFC 6749 §6: an answer without a refresh token leaves the old one in force. */
function refreshTokenOf({ holder, tokens, usedRefreshToken }: Kept): string | null {
  return holder.grantType === 'clientCredentials'
    ? null
    : (tokens.refreshToken ?? usedRefreshToken);
}
