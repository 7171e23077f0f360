import type { BrokerDeps } from './broker-deps.ts';
import { anchorName } from './anchor-grant.ts';
import type { GrantHolder } from './grant-holder.ts';
import { sealedForHolder } from './grant-holder.ts';
import type { StateLease } from './grant-state-store.ts';
import { NO_GRANT, type GrantState } from './grant-state.ts';
import { AppError } from '../errors.ts';
import { sealRefreshToken } from './refresh-token.ts';
import { seal } from './sealing.ts';
import type { TokenSet } from './token-provider.ts';

export type SaveGrantDeps = Pick<
  BrokerDeps,
  'states' | 'vault' | 'sealing' | 'clock' | 'randomBytes'
>;

const TRIES = 60;
const PAUSE_MS = 1_000;

/**
 * Holds the state's lease while `act` runs, waiting for as long as a refresh may take. Throws `conflict` when another
 * instance does not let go.
 */
async function withStateLease<R>(
  { states, clock }: Pick<BrokerDeps, 'states' | 'clock'>,
  holder: GrantHolder,
  act: (lease: StateLease) => Promise<R>,
): Promise<R> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const lease = await states.lease(holder);
    if (lease === null) {
      await clock.sleep(PAUSE_MS);
      continue;
    }
    try {
      return await act(lease);
    } finally {
      await lease.release();
    }
  }
  throw new AppError('conflict', 'The connection is busy. Try again in a minute.');
}

/**
 * Puts a new consent in force: its refresh token into Key Vault, then the state that pins it, under the lease. From then
 * on everything of the consent before is void. Gives the new generation.
 */
export async function saveGrant(
  deps: SaveGrantDeps,
  holder: GrantHolder,
  { tokens, askedAt, grantId }: { tokens: TokenSet; askedAt: Date; grantId: string },
): Promise<number> {
  const refreshToken = tokens.refreshToken ?? '';
  const pin = await deps.vault.put(anchorName(holder), refreshToken, {
    contentType: 'application/vnd.keyturn.grant',
    tags: { connection: holder.connectionId, instance: holder.instance },
  });
  return withStateLease(deps, holder, async (lease) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const stored = await lease.read();
      const before = stored?.state ?? NO_GRANT;
      const generation = before.generation + 1;
      const at = askedAt.toISOString();
      const state: GrantState = {
        ...NO_GRANT,
        generation,
        grantId,
        pin: { ...pin, storedAt: deps.clock.now().toISOString() },
        signedInAt: at,
        refreshToken: await sealRefreshToken(deps, holder, { text: refreshToken, generation }),
        refreshTokenAt: at,
        accessToken: await sealedAccessToken(deps, holder, { tokens, askedAt, generation }),
      };
      if ((await lease.write(state, stored?.etag ?? null)) !== null) return generation;
      await lease.renew();
    }
    throw new AppError('conflict', 'The connection is busy. Try again in a minute.');
  });
}

async function sealedAccessToken(
  { sealing, randomBytes }: Pick<BrokerDeps, 'sealing' | 'randomBytes'>,
  holder: GrantHolder,
  { tokens, askedAt, generation }: { tokens: TokenSet; askedAt: Date; generation: number },
): Promise<GrantState['accessToken']> {
  const after = (seconds: number) => new Date(askedAt.getTime() + seconds * 1000).toISOString();
  const expiresAt = after(tokens.expiresInSeconds);
  const key = await sealing.current();
  return {
    sealed: seal(
      tokens.accessToken,
      sealedForHolder(holder, { purpose: 'accessToken', generation, expiresAt }),
      { key, randomBytes },
    ),
    scope: tokens.scope,
    issuedAt: askedAt.toISOString(),
    expiresAt,
    refreshAt: tokens.refreshInSeconds === null ? null : after(tokens.refreshInSeconds),
  };
}
