/** A certificate of an application that a watched vault has too: the vault may have renewed it, the application has not. */
export interface KeptCertificate {
  /** Name of the vault. */
  vault: string;
  /** Name of the certificate there. */
  name: string;
  /** When the vault made a newer version; null while the application's is its newest. ISO 8601 in UTC. */
  renewedAt: string | null;
}

/** Which certificates are kept in the vaults that are watched. */
export interface KeptCertificates {
  /**
   * By thumbprint, in upper-case hexadecimal; absent where no vault has it, or where one could not be read, which the
   * check says elsewhere. Never throws for what a vault says.
   */
  find(thumbprints: readonly string[]): Promise<Map<string, KeptCertificate>>;
}
