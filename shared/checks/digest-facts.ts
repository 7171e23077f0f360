import { cleanUpOf } from '../expiry/clean-up.ts';
import { muteOf, type Mute } from '../expiry/mute.ts';
import type { Finding } from './finding.ts';

/** What operations should read now and then, though nobody is warned about it. */
export interface DigestFacts {
  /** What owners silence, and until when; what is back soonest comes first. */
  silenced: { finding: Finding; mute: Mute }[];
  /** What owners wrote and does not count, in sentences, once per holder. */
  faults: { finding: Finding; fault: string }[];
  /** What may be deleted, and why that breaks nothing. */
  cleanUps: { finding: Finding; words: string }[];
}

/** Gathers that from findings; closed ones are passed over. Pure. */
export function digestFacts(findings: readonly Finding[], now: Date): DigestFacts {
  const open = findings.filter(({ closedAt }) => closedAt === null);
  const seen = new Set<string>();
  const isFirst = ({ tenantId, holder }: Finding, fault: string): boolean => {
    const key = JSON.stringify([tenantId, holder.type, holder.objectId, fault]);
    return !seen.has(key) && seen.add(key).size > 0;
  };
  return {
    silenced: open
      .flatMap((finding) => {
        const mute = muteOf(finding.policy, now);
        return mute === null ? [] : [{ finding, mute }];
      })
      .toSorted((a, b) => Date.parse(a.mute.until) - Date.parse(b.mute.until)),
    faults: open.flatMap((finding) =>
      (finding.policy?.faults ?? [])
        .filter((fault) => isFirst(finding, fault))
        .map((fault) => ({ finding, fault })),
    ),
    cleanUps: open.flatMap((finding) => {
      const cleanUp = cleanUpOf(finding, now);
      return cleanUp === null ? [] : [{ finding, words: cleanUp.words }];
    }),
  };
}
