import type { Policy } from './policy.ts';

/** Why nobody is told at present, until when, and whose word that is. */
export interface Mute {
  because: 'ignored' | 'managedBySomebodyElse' | 'promised';
  /** ISO 8601. */
  until: string;
  /** Who takes care, as it was written; null where that is not said. */
  who: string | null;
}

/**
 * What an owner's override silences at `now`: the one that holds longest; null when nothing does. Whoever plans warnings
 * must still tell the fallback list in the last day (see {@link isNeverMuted}).
 */
export function muteOf(policy: Policy | null, now: Date): Mute | null {
  if (policy === null) return null;
  const { ignoreUntil, managedBy, replaceBy } = policy;
  const mutes: Mute[] = [
    ...(managedBy === null
      ? []
      : [
          {
            because: 'managedBySomebodyElse' as const,
            until: managedBy.review,
            who: managedBy.who,
          },
        ]),
    ...(ignoreUntil === null
      ? []
      : [{ because: 'ignored' as const, until: ignoreUntil, who: null }]),
    ...(replaceBy === null ? [] : [{ because: 'promised' as const, until: replaceBy, who: null }]),
  ];
  const active = mutes.filter(({ until }) => Date.parse(until) > now.getTime());
  return active.toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;
}

/** The stages at which the fallback list is told whatever an owner wrote (security rule 24): the last day, and the end. */
export function isNeverMuted(stage: number): boolean {
  return stage === 1 || stage === 0;
}
