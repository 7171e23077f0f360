/** One version of a secret: its name in the vault and the id that the vault gave this value. */
export interface SecretVersion {
  name: string;
  version: string;
}

interface StoredSecret extends SecretVersion {
  value: string;
}

/** Facts that may be read by whoever may list: never a secret, never a person's name (facts: Key Vault, "Tags"). */
export interface SecretFacts {
  contentType: string;
  tags: Record<string, string>;
}

/**
 * Where secret values lie. Names are made by Keyturn (letters, digits, hyphens). Throws AppError `vault_unavailable`
 * when the vault does not answer, is busy or refuses; its message never holds a value.
 */
export interface SecretVault {
  /** Adds a version. Throws `conflict` when the name was deleted and not purged: deleting is final for a name. */
  put(name: string, value: string, facts: SecretFacts): Promise<SecretVersion>;
  /** That version and no other; null when it, or the whole name, is gone or disabled. */
  get(secret: SecretVersion): Promise<string | null>;
  /** The newest enabled version; null when there is none. */
  newest(name: string): Promise<StoredSecret | null>;
  /**
   * Disables every version, deletes the name, and purges it where that is allowed. Says when what is gone; an absent
   * name is gone already.
   */
  remove(name: string): Promise<Removed>;
}

/** `gone`: nothing is left. `recoverable`: it can be brought back by who may, until the vault lets go of it. */
export type Removed = { state: 'gone' } | { state: 'recoverable'; until: Date | null };
