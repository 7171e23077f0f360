/** When the secrets of a tenant's applications were last used to sign in. */
export interface SignInsRead {
  /** By keyId in lower case. What is absent may have been used all the same. */
  lastSeen: ReadonlyMap<string, Date>;
  /** Why it is not all of it, as a sentence that an admin can act on; null when it is. */
  incomplete: string | null;
}

/** Where sign-in activity is read from. Never throws for what a service says. */
export interface SignInActivity {
  read(): Promise<SignInsRead>;
}
