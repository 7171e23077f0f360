import type { Credential } from '../../shared/credentials/credential.ts';
import type { DirectoryObject, RawCredential } from '../../shared/credentials/directory-object.ts';

/** A passwordCredential or keyCredential with nothing in it but what the test is about. */
export function rawCredential(overrides: Partial<RawCredential> = {}): RawCredential {
  return {
    keyId: '11111111-1111-4111-8111-111111111111',
    displayName: null,
    customKeyIdentifier: null,
    hint: null,
    startsAt: null,
    expiresAt: null,
    keyType: null,
    usage: null,
    ...overrides,
  };
}

/** An application that holds nothing, with nothing in it but what the test is about. */
export function directoryObject(overrides: Partial<DirectoryObject> = {}): DirectoryObject {
  return {
    type: 'application',
    objectId: '22222222-2222-4222-8222-222222222222',
    appId: '33333333-3333-4333-8333-333333333333',
    displayName: 'Contoso orders',
    passwordCredentials: [],
    keyCredentials: [],
    redirectUris: [],
    requiredResourceAppIds: [],
    tags: [],
    notes: null,
    servicePrincipalType: null,
    appOwnerOrganizationId: null,
    preferredTokenSigningKeyThumbprint: null,
    notificationEmailAddresses: [],
    owners: null,
    ...overrides,
  };
}

/** A client secret of one application, with nothing in it but what the test is about. */
export function credential(overrides: Partial<Credential> = {}): Credential {
  return {
    id: `application:a:clientSecret:${overrides.keyId ?? 'k'}`,
    type: 'clientSecret',
    keyId: 'k',
    name: 'secret',
    hint: null,
    thumbprint: null,
    startsAt: null,
    expiresAt: null,
    holder: { type: 'application', objectId: 'a', appId: null, displayName: 'App' },
    selfRenewing: null,
    isActive: null,
    ...overrides,
  };
}
