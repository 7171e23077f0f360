/** The kinds of thing that can end (design §4, "Credential status"). */
export type CredentialType =
  | 'clientSecret'
  | 'certificate'
  | 'samlSigningCertificate'
  | 'keyVaultSecret'
  | 'keyVaultCertificate'
  | 'keyVaultKey'
  | 'manual'
  | 'connection'
  | 'federatedCredential';

/** Who holds a credential: an app registration, an enterprise application, a vault, an operator's list, or a connection. */
export interface Holder {
  type: 'application' | 'servicePrincipal' | 'vault' | 'manual' | 'connection' | 'unknown';
  objectId: string | null;
  appId: string | null;
  displayName: string | null;
}

/** A place outside Keyturn that probably uses the holder's credentials, and what made us think so. */
export interface LikelyConsumer {
  /** For people: "SmartConnect → Business Central". */
  system: string;
  /** The evidence in words: "redirect URI login.smartconnect.com". */
  because: string;
}

/**
 * A place outside Keyturn where somebody says that a secret of an application has been entered: SmartConnect's
 * connection 'BC Prod'. Which secret it holds is known as its `keyId`, or as the instant at which it was entered, or
 * not at all; never both. Instants are ISO 8601 in UTC.
 */
export interface RecordedConsumer {
  id: string;
  /** The product: "SmartConnect". Typed in by people, as all texts here are: encode per sink. */
  system: string;
  /** What the place is called there: "BC Prod". */
  name: string;
  /** The address of whoever can enter a new secret there. */
  contact: string | null;
  keyId: string | null;
  enteredAt: string | null;
  confirmedAt: string | null;
  /** Who said so: an address, or the name of a key or caller. */
  confirmedBy: string | null;
}

/** One thing that ends, whatever holds it. Instants are UTC; null where the source gave none that can be read. */
export interface Credential {
  /** Unique within a tenant and the same in every run: holder, type and keyId, never the keyId alone. */
  id: string;
  type: CredentialType;
  keyId: string | null;
  /** What the portal would call it, else the best that we have (see names.ts); hostile text, encode per sink. */
  name: string;
  /** The first three characters of a client secret's value, as Graph gives them. */
  hint: string | null;
  /** Upper-case hexadecimal SHA-1 or SHA-256 of a certificate. */
  thumbprint: string | null;
  startsAt: Date | null;
  expiresAt: Date | null;
  holder: Holder;
  /** The id of the shipped rule that says the platform renews it, or null. */
  selfRenewing: string | null;
  /**
   * SAML signing certificates only: whether this is the one that signs. Null for everything else, and where the
   * enterprise application does not say which.
   */
  isActive: boolean | null;
}
