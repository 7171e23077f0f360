import { anchorName } from './anchor-grant.ts';
import type { BrokerDeps } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import { NO_GRANT } from './grant-state.ts';
import { sealRefreshToken } from './refresh-token.ts';
import { accessTokenOf, sealAccessToken } from './seal-access-token.ts';
import type { TokenSet } from './token-provider.ts';
import { withStateLease } from './with-state-lease.ts';

export type SaveGrantDeps = Pick<
  BrokerDeps,
  'states' | 'vault' | 'sealing' | 'clock' | 'randomBytes'
>;

interface Consent {
  tokens: TokenSet;
  askedAt: Date;
  grantId: string;
  /** False where an administrator has to approve who signed in: the grant is kept, and gives no tokens until then. */
  isApproved: boolean;
}

/**
 * Puts a new consent in force: its refresh token into Key Vault, then the state that pins it, under the lease. From then
 * on everything of the consent before is void. Gives the new generation. Throws `conflict` when another instance does
 * not let go of the state.
 */
export async function saveGrant(
  deps: SaveGrantDeps,
  holder: GrantHolder,
  { tokens, askedAt, grantId, isApproved }: Consent,
): Promise<number> {
  const refreshToken = tokens.refreshToken ?? '';
  const token = accessTokenOf(holder, { tokens, askedAt });
  const pin = await deps.vault.put(anchorName(holder), refreshToken, {
    contentType: 'application/vnd.keyturn.grant',
    tags: { connection: holder.connectionId, instance: holder.instance },
  });
  return withStateLease(deps, holder, async (lease) => {
    const stored = await lease.read();
    const generation = (stored?.state ?? NO_GRANT).generation + 1;
    const at = askedAt.toISOString();
    const state = {
      ...NO_GRANT,
      generation,
      grantId,
      isApproved,
      pin: { ...pin, storedAt: deps.clock.now().toISOString() },
      signedInAt: at,
      refreshToken: await sealRefreshToken(deps, holder, { text: refreshToken, generation }),
      refreshTokenAt: at,
      accessToken: await sealAccessToken(deps, holder, { token, generation }),
    };
    return (await lease.write(state, stored?.etag ?? null)) === null ? null : generation;
  });
}
