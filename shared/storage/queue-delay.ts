/** Nothing of ours waits longer than this on a message: rows carry `notBefore`, sweeps look (design §9). */
const MAX_DELAY_SECONDS = 60;

/** A delay as a queue takes it: whole seconds, rounded up so that nothing is early, between 0 and 60. */
export function visibleAfterSeconds(delaySeconds = 0): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)));
}
