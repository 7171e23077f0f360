/** The kinds of thing that can end (design §4, "Credential status"). */
export type CredentialType =
  | 'clientSecret'
  | 'certificate'
  | 'samlSigningCertificate'
  | 'keyVaultSecret'
  | 'keyVaultCertificate'
  | 'keyVaultKey'
  | 'manual'
  | 'federatedCredential';

/** Who holds a credential: an app registration, an enterprise application, a vault, or an operator's list. */
export interface Holder {
  type: 'application' | 'servicePrincipal' | 'vault' | 'manual' | 'unknown';
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
}
