import { reasonOf } from '../failure-text.ts';
import type { BrokerDeps } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { GrantKey, StateLease, StoredState } from './grant-state-store.ts';

/** Twelve times within the 90 days of an unused refresh token, at 52 versions a year (facts, finding 2). */
const ANCHOR_DAYS = 7;
const DAY_MS = 86_400_000;

interface Anchored {
  holder: GrantHolder;
  stored: StoredState;
  refreshToken: string | null;
}

/**
 * Writes the refresh token into Key Vault when the copy there is older than a week, and pins the new version. The state
 * has the token already, so a failure here is a warning and is made good by a later refresh.
 */
export async function anchorGrant(
  deps: Pick<BrokerDeps, 'vault' | 'clock' | 'log'>,
  lease: StateLease,
  { holder, stored, refreshToken }: Anchored,
): Promise<void> {
  if (refreshToken === null || !isDue(stored, deps.clock.now())) return;
  try {
    const { name, version } = await deps.vault.put(anchorName(holder), refreshToken, {
      contentType: 'application/vnd.keyturn.grant',
      tags: { connection: holder.connectionId, instance: holder.instance },
    });
    const storedAt = deps.clock.now().toISOString();
    await lease.write({ ...stored.state, pin: { name, version, storedAt } }, stored.etag);
  } catch (error) {
    deps.log.warn('the copy of a grant in Key Vault could not be brought up to date', {
      connectionId: holder.connectionId,
      reason: reasonOf(error),
    });
  }
}

/** The vault name of a connection's grant; another instance of the same id has another name. */
export function anchorName({ connectionId, instance }: GrantKey): string {
  return `conn-${connectionId}-${instance}-grant`;
}

function isDue({ state: { pin } }: StoredState, now: Date): boolean {
  return pin === null || now.getTime() - Date.parse(pin.storedAt) >= ANCHOR_DAYS * DAY_MS;
}
