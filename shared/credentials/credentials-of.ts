import { credentialIds } from './credential-id.ts';
import type { Credential, CredentialType, Holder } from './credential.ts';
import type { DirectoryObject, RawCredential } from './directory-object.ts';
import { nameOf } from './names.ts';
import { foldSigningCertificates } from './saml-folding.ts';
import { selfRenewingRuleOf } from './self-renewing.ts';
import { thumbprintOf } from './thumbprint.ts';

/**
 * Every credential of one application or servicePrincipal: a SAML signing certificate once (not as its three entries),
 * named, with its thumbprint, and marked where the platform replaces it by itself. Arrays that were not read (null)
 * yield nothing here: whoever walks a source must say so. Pure; the same object gives the same ids in any order.
 */
export function credentialsOf(object: DirectoryObject): Credential[] {
  const keys = object.keyCredentials ?? [];
  const passwords = object.passwordCredentials ?? [];
  if (keys.length === 0 && passwords.length === 0) return [];
  const holder: Holder = {
    type: object.type,
    objectId: object.objectId,
    appId: object.appId,
    displayName: object.displayName,
  };
  const folded = foldSigningCertificates(keys, passwords);
  const credentials = [
    ...folded.signing.map((raw) => credentialFrom(raw, 'samlSigningCertificate', holder)),
    ...folded.keys.map((raw) => credentialFrom(raw, 'certificate', holder)),
    ...folded.passwords.map((raw) => credentialFrom(raw, 'clientSecret', holder)),
  ];
  const ids = credentialIds(holder, credentials);
  for (const [index, credential] of credentials.entries()) {
    // Completed in place: a tenant's hundred thousands of credentials are not copied once more.
    credential.id = ids[index] ?? '';
    credential.selfRenewing = selfRenewingRuleOf(credential, object);
  }
  if (folded.signing.length > 0) markActive(credentials, object);
  return credentials;
}

/**
 * Marks the certificate that signs, where preferredTokenSigningKeyThumbprint names one of those that are there. It may
 * be null, the word "unused", in lower case or with spaces, and then says nothing; neither does the thumbprint of a
 * certificate that is gone, or a SHA-256 beside certificates that are known by their SHA-1.
 */
function markActive(credentials: Credential[], object: DirectoryObject): void {
  const preferred = thumbprintOf(object.preferredTokenSigningKeyThumbprint);
  if (preferred === null) return;
  const signing = credentials.filter(({ type }) => type === 'samlSigningCertificate');
  if (!signing.some(({ thumbprint }) => thumbprint === preferred)) return;
  for (const certificate of signing) certificate.isActive = certificate.thumbprint === preferred;
}

const UNNAMED: Partial<Record<CredentialType, string>> = {
  clientSecret: 'secret without a name',
  certificate: 'certificate without a name',
  samlSigningCertificate: 'SAML signing certificate without a name',
};

function credentialFrom(raw: RawCredential, type: CredentialType, holder: Holder): Credential {
  const isSecret = type === 'clientSecret';
  return {
    id: '',
    type,
    keyId: raw.keyId,
    name: nameOf(raw) ?? UNNAMED[type] ?? type,
    hint: isSecret ? raw.hint : null,
    thumbprint: isSecret ? null : thumbprintOf(raw.customKeyIdentifier),
    startsAt: raw.startsAt,
    expiresAt: raw.expiresAt,
    holder,
    selfRenewing: null,
    isActive: null,
  };
}
