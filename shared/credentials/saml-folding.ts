import type { RawCredential } from './directory-object.ts';
import { thumbprintOf } from './thumbprint.ts';

export interface Folded {
  /** One entry per SAML signing certificate. */
  signing: RawCredential[];
  /** The keyCredentials that are not part of one. */
  keys: RawCredential[];
  /** The passwordCredentials that are client secrets. */
  passwords: RawCredential[];
}

/**
 * Microsoft Learn, servicePrincipal: addTokenSigningCertificate: one certificate arrives as a keyCredential to Sign
 * with, one to Verify with, and the passwordCredential that protects its private key, all with the same
 * customKeyIdentifier; the password has the Sign key's keyId. An owner who is told to replace that "client secret"
 * would look for something that the portal does not show, so the three become one. Only a Sign key starts a fold.
 */
export function foldSigningCertificates(keys: RawCredential[], passwords: RawCredential[]): Folded {
  const signKeys = keys.filter(isSignKey);
  if (signKeys.length === 0) return { signing: [], keys, passwords };
  const signing = signKeys.filter(
    (key, index) => !signKeys.slice(0, index).some((earlier) => isSameCertificate(earlier, key)),
  );
  const belongs = (entry: RawCredential) =>
    signing.some((signKey) => isSameCertificate(signKey, entry));
  return {
    signing: signing.map((signKey) => completed(signKey, keys)),
    keys: keys.filter((key) => !isSignKey(key) && !belongs(key)),
    passwords: passwords.filter((password) => !belongs(password)),
  };
}

function isSignKey(key: RawCredential): boolean {
  return key.usage?.toLowerCase() === 'sign';
}

function isSameCertificate(one: RawCredential, other: RawCredential): boolean {
  if (one.keyId !== null && one.keyId.toLowerCase() === other.keyId?.toLowerCase()) return true;
  if (one.customKeyIdentifier === null || other.customKeyIdentifier === null) return false;
  return canonical(one.customKeyIdentifier) === canonical(other.customKeyIdentifier);
}

/** The same thumbprint may be hexadecimal in one entry and base64 in the other. */
function canonical(customKeyIdentifier: string): string {
  return thumbprintOf(customKeyIdentifier) ?? customKeyIdentifier;
}

/** What the Sign key leaves out (a label, a date in a cut export), its Verify twin may have. */
function completed(signKey: RawCredential, keys: RawCredential[]): RawCredential {
  const twin = keys.find((key) => !isSignKey(key) && isSameCertificate(signKey, key));
  if (twin === undefined) return signKey;
  return {
    ...signKey,
    displayName: signKey.displayName ?? twin.displayName,
    customKeyIdentifier: signKey.customKeyIdentifier ?? twin.customKeyIdentifier,
    startsAt: signKey.startsAt ?? twin.startsAt,
    expiresAt: signKey.expiresAt ?? twin.expiresAt,
  };
}
