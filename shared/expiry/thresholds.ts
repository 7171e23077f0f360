import type { CredentialType } from '../credentials/credential.ts';
import type { Policy } from './policy.ts';
import { DEFAULT_THRESHOLD_DAYS } from './stage.ts';

/** Days before the end at which someone is told, as the operator wants them (KEYTURN_THRESHOLD_DAYS). */
export interface Thresholds {
  days: readonly number[];
  /** For kinds that differ. */
  byType: Partial<Record<CredentialType, readonly number[]>>;
}

export const DEFAULT_THRESHOLDS: Thresholds = { days: DEFAULT_THRESHOLD_DAYS, byType: {} };

/** The thresholds of one credential: what its owner wrote, else those of its kind, else the operator's list. */
export function thresholdDaysOf(
  type: CredentialType,
  policy: Policy | null,
  { days, byType }: Thresholds,
): readonly number[] {
  return policy?.thresholdDays ?? byType[type] ?? days;
}
