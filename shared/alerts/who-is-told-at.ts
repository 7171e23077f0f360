import type { Finding } from '../checks/finding.ts';
import { isNeverMuted, muteOf } from '../expiry/mute.ts';
import {
  toldThoughSilenced,
  whoIsTold,
  type RecipientLists,
  type WhoIsTold,
} from './recipients.ts';

export interface ToldAt extends WhoIsTold {
  /** An override of its owners silences it, and it is told all the same: by mail, and to nobody else. */
  isSilenced: boolean;
}

/**
 * Who is told about a finding at an instant; null while an override of its owners silences it. In the last day it never
 * silences the fallback list (security rule 24). Its stage is not spent: when the silence ends, it is due.
 */
export function whoIsToldAt(
  finding: Finding & { stage: number },
  lists: RecipientLists,
  now: Date,
): ToldAt | null {
  if (muteOf(finding.policy, now) === null)
    return { ...whoIsTold(finding, lists), isSilenced: false };
  if (!isNeverMuted(finding.stage)) return null;
  return { told: toldThoughSilenced(lists), skipped: [], isSilenced: true };
}
