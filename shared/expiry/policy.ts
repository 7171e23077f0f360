/**
 * What those who own an application ask for, in its tags or notes (overrides.ts). Instants are ISO 8601 in UTC, and no
 * further away than the limits allow (security rule 24).
 */
export interface Policy {
  /** Nobody is to be told before this instant. */
  ignoreUntil: string | null;
  /** Somebody else replaces it; we look at it again on `review`. */
  managedBy: { who: string; review: string } | null;
  /** Addresses to tell as well. Whoever tells them must hold them against the domains that are allowed. */
  notify: string[];
  /** Days before the end, instead of the operator's; 1 and 0 are always among them. */
  thresholdDays: number[] | null;
  /** Promised by then. */
  replaceBy: string | null;
  /** Sentences about what was asked for and does not count. Names in them are display text. */
  faults: string[];
}
