import { resealStates, type ResealDeps, type Resealed } from './reseal-states.ts';
import type { RotatingSealingKeys } from './vault-sealing-keys.ts';

/**
 * Makes a new key that seals the shared tokens, and seals anew at once what nobody holds; other instances follow within
 * five minutes, and the next keep-alive takes up the rest. Also the way on when the old key is gone: what it sealed
 * counts as absent then. Throws `conflict` when another instance has just done it, `vault_unavailable`,
 * `storage_unavailable`.
 */
export async function newSealingKey(
  deps: Omit<ResealDeps, 'sealing'> & { sealing: RotatingSealingKeys },
): Promise<Resealed> {
  await deps.sealing.rotate();
  return resealStates(deps);
}
