import { AppError } from '../errors.ts';
import type { BrokerDeps } from './broker-deps.ts';
import type { GrantKey, StateLease } from './grant-state-store.ts';

const TRIES = 60;
const PAUSE_MS = 1_000;

/**
 * Does `act` under a state's lease, which it waits for as long as a refresh may take. `act` gives null where its write was
 * not taken, since the lease was lost meanwhile: then it is done again under a new one (security rule 16). Throws
 * `conflict` when another instance does not let go.
 */
export async function withStateLease<R>(
  { states, clock }: Pick<BrokerDeps, 'states' | 'clock'>,
  key: GrantKey,
  act: (lease: StateLease) => Promise<R | null>,
): Promise<R> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const lease = await states.lease(key);
    const done = lease === null ? null : await underLease(lease, act);
    if (done !== null) return done;
    await clock.sleep(PAUSE_MS);
  }
  throw new AppError('conflict', 'The connection is busy. Try again in a minute.');
}

async function underLease<R>(
  lease: StateLease,
  act: (lease: StateLease) => Promise<R | null>,
): Promise<R | null> {
  try {
    return await act(lease);
  } finally {
    await lease.release();
  }
}
