import { answerFromState, answerWhileBusy } from './answer-from-state.ts';
import type { Outcome, SharedDeps, Wanted } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { StateLease } from './grant-state-store.ts';
import { refreshUnderLease } from './refresh-under-lease.ts';

/** A request waits so long for another instance; then its caller is told when to come back. */
const PATIENCE_MS = 5_000;
const FIRST_PAUSE_MS = 100;

/**
 * The token that instances share, or a new one: read, take the lease, read again, and only then ask the provider (facts:
 * "Safe swap without conditional writes"). While somebody else has the lease it looks again, since the token it waits
 * for is what the other one is getting.
 */
export async function sharedToken(
  deps: SharedDeps,
  holder: GrantHolder,
  wanted: Wanted,
): Promise<Outcome> {
  const untilMs = deps.clock.now().getTime() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const before = await answerFromState(deps, holder, {
      wanted,
      stored: await deps.states.read(holder),
    });
    if (before !== null) return before;
    const lease = await deps.states.lease(holder);
    if (lease !== null) return withLease(deps, lease, { holder, wanted });
    const leftMs = untilMs - deps.clock.now().getTime();
    if (leftMs <= 0) return answerWhileBusy(deps, holder);
    await deps.clock.sleep(Math.min(pauseMs * (0.5 + deps.random()), leftMs));
  }
}

async function withLease(
  deps: SharedDeps,
  lease: StateLease,
  { holder, wanted }: { holder: GrantHolder; wanted: Wanted },
): Promise<Outcome> {
  try {
    const stored = await lease.read();
    const after = await answerFromState(deps, holder, { wanted, stored });
    if (after !== null) return after;
    const outcome = await refreshUnderLease(deps, lease, {
      holder,
      stored,
      forced: wanted.force === true,
    });
    await deps.outcomeOf(holder, outcome);
    return outcome;
  } finally {
    await lease.release();
  }
}
