import type { BrokerDeps } from './broker-deps.ts';
import { sealedForHolder, type GrantHolder } from './grant-holder.ts';
import type { GrantState } from './grant-state.ts';
import { open, seal, type Sealed } from './sealing.ts';
import type { UnsavedGrants } from './unsaved-grants.ts';

type OpenDeps = Pick<BrokerDeps, 'sealing' | 'vault' | 'log'> & { unsaved: UnsavedGrants };

/**
 * The refresh token to use: one that this process could not save, else the sealed one, else the anchor in Key Vault
 * (older, and for a provider that keeps old ones as good). Null where there is none.
 */
export async function openRefreshToken(
  deps: OpenDeps,
  holder: GrantHolder,
  state: GrantState,
): Promise<string | null> {
  if (holder.grantType === 'clientCredentials') return null;
  const unsaved = deps.unsaved.get(state.grantId);
  if (unsaved !== null) return unsaved;
  const { refreshToken, generation, pin } = state;
  const key = refreshToken === null ? null : await deps.sealing.byId(refreshToken.keyId);
  const text =
    refreshToken === null || key === null
      ? null
      : open(refreshToken, sealedForHolder(holder, { ...SEALED_AS, generation }), key);
  if (text !== null) return text;
  deps.log.warn('a sealed refresh token could not be opened; the one in Key Vault is used', {
    connectionId: holder.connectionId,
  });
  return pin === null ? null : deps.vault.get(pin);
}

/** Seals a refresh token for the state of this generation. */
export async function sealRefreshToken(
  { sealing, randomBytes }: Pick<BrokerDeps, 'sealing' | 'randomBytes'>,
  holder: GrantHolder,
  { text, generation }: { text: string; generation: number },
): Promise<Sealed> {
  const key = await sealing.current();
  return seal(text, sealedForHolder(holder, { ...SEALED_AS, generation }), { key, randomBytes });
}

/** Nobody knows when a refresh token ends. */
const SEALED_AS = { purpose: 'refreshToken', expiresAt: '' } as const;
