/** Work to be done later, by whichever instance picks it up. Messages carry ids only (security rule 28). */
export interface Queue<T> {
  /** Stores the message; it is seen at least once. `delaySeconds` at most 60. */
  send(message: T, delaySeconds?: number): Promise<void>;
}
