/**
 * An application or servicePrincipal as Microsoft Graph names its members, whatever file or service it came from.
 * `null` always means "was not read", which is never the same as an empty list.
 */
export interface DirectoryObject {
  type: 'application' | 'servicePrincipal' | 'unknown';
  objectId: string | null;
  appId: string | null;
  displayName: string | null;
  passwordCredentials: RawCredential[] | null;
  keyCredentials: RawCredential[] | null;
  redirectUris: string[];
  /** appIds of the APIs that it asks permissions for (requiredResourceAccess[].resourceAppId). */
  requiredResourceAppIds: string[];
  tags: string[];
  notes: string | null;
  servicePrincipalType: string | null;
  appOwnerOrganizationId: string | null;
  preferredTokenSigningKeyThumbprint: string | null;
  notificationEmailAddresses: string[];
  owners: Owner[] | null;
}

/** A passwordCredential or keyCredential before anything is decided about it. */
export interface RawCredential {
  keyId: string | null;
  displayName: string | null;
  /** base64, hexadecimal or text: see names.ts and thumbprint.ts. */
  customKeyIdentifier: string | null;
  hint: string | null;
  startsAt: Date | null;
  expiresAt: Date | null;
  /** keyCredential only: `AsymmetricX509Cert`, `X509CertAndPassword`, `Symmetric`. */
  keyType: string | null;
  /** keyCredential only: `Sign` or `Verify`. */
  usage: string | null;
}

/** Someone or something that owns an application; `address` is where mail can reach them, null when nowhere. */
export interface Owner {
  id: string | null;
  type: 'user' | 'servicePrincipal' | 'group' | 'unknown';
  displayName: string | null;
  /** mail, else a userPrincipalName that is not an #EXT# name. */
  address: string | null;
  /** False only where the directory said that the account is disabled. */
  accountEnabled: boolean | null;
  /**
   * Why mail may not reach this person although the directory shows the account: a guest without `mail` has nothing but
   * an #EXT# name; a userPrincipalName alone need not be a mailbox. Absent where `mail` is known, or nothing is.
   */
  doubt?: 'guestWithoutMail' | 'signInNameOnly' | undefined;
}

/** Somebody beside a holder's own owners who has to do with its credentials, and how. */
export interface RelatedPerson extends Owner {
  relation: 'ownsOtherHalf' | 'namedByOwner' | 'samlNotification' | 'ownsOwner' | 'managesOwner';
  /** Why this address may not be used (security rule 24); null when it may. */
  refused: 'foreignDomain' | null;
}
