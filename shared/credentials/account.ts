/** Whether somebody can still sign in, as their directory has it. */
export interface Account {
  isDisabled: boolean;
  /** When they leave, as the organization's staff system entered it; null where nobody did, or it may not be read. */
  leavesAt: Date | null;
}

/** Null where nobody of this id is there any more, or it may not be read. Never throws. */
export type AccountLookup = (objectId: string) => Promise<Account | null>;
