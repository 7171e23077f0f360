import type { Outcome } from './broker-deps.ts';

/**
 * Why the provider gave no new token, also where a caller is well served with an older one; null when it gave one, or was
 * not asked.
 */
export function refusalIn(outcome: Outcome): Extract<Outcome, { ok: false }> | null {
  if (!outcome.ok) return outcome;
  return outcome.staleBecause === null
    ? null
    : { ok: false, reason: 'failed', failure: outcome.staleBecause };
}
