import { datesOf, type AccessToken } from './access-token.ts';
import type { BrokerDeps } from './broker-deps.ts';
import { sealedForHolder, type GrantHolder } from './grant-holder.ts';
import type { GrantState } from './grant-state.ts';
import { open } from './sealing.ts';

/** The shared access token in clear; null where there is none or its seal does not open, which is a miss. */
export async function openAccessToken(
  deps: Pick<BrokerDeps, 'sealing' | 'log'>,
  holder: GrantHolder,
  state: GrantState,
): Promise<AccessToken | null> {
  const { accessToken, generation } = state;
  if (accessToken === null) return null;
  const key = await deps.sealing.byId(accessToken.sealed.keyId);
  const { expiresAt } = accessToken;
  const value =
    key === null
      ? null
      : open(
          accessToken.sealed,
          sealedForHolder(holder, { purpose: 'accessToken', generation, expiresAt }),
          key,
        );
  if (value === null) {
    deps.log.warn('a shared access token could not be opened and counts as absent', {
      connectionId: holder.connectionId,
      keyId: accessToken.sealed.keyId,
    });
    return null;
  }
  return { value, ...datesOf(accessToken) };
}
