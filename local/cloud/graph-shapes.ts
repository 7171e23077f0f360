import type { GraphObject } from './directory.ts';
import { stableId } from './stable-id.ts';

/** An application with every member that Graph v1.0 lists, the given ones in place (Microsoft Learn, "application resource type"). */
export function applicationShape(given: Record<string, unknown>, index: number): GraphObject {
  const id = text(given['id']) ?? stableId('application', index);
  const {
    owners: _owners,
    federatedIdentityCredentials: _trusted,
    access: _access,
    ...members
  } = given;
  return {
    ...applicationDefaults,
    displayName: `Application ${index}`,
    ...members,
    id,
    appId: text(given['appId']) ?? stableId('appId', id),
    passwordCredentials: credentials(given['passwordCredentials'], passwordShape),
    keyCredentials: credentials(given['keyCredentials'], keyShape),
  };
}

/** A servicePrincipal with every member that Graph v1.0 lists ("servicePrincipal resource type"). */
export function servicePrincipalShape(given: Record<string, unknown>, index: number): GraphObject {
  const id = text(given['id']) ?? stableId('servicePrincipal', index);
  const { owners: _owners, ...members } = given;
  return {
    ...servicePrincipalDefaults,
    displayName: `Enterprise application ${index}`,
    appDisplayName: given['displayName'] ?? null,
    ...members,
    id,
    appId: text(given['appId']) ?? stableId('appId', id),
    passwordCredentials: credentials(given['passwordCredentials'], passwordShape),
    keyCredentials: credentials(given['keyCredentials'], keyShape),
  };
}

/** What an application trusts instead of a secret ("federatedIdentityCredential resource type"). */
export function federatedShape(given: Record<string, unknown>, index: number): GraphObject {
  const name = text(given['name']) ?? `trusted-${index}`;
  return {
    name,
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:contoso/app:ref:refs/heads/main',
    audiences: ['api://AzureADTokenExchange'],
    description: null,
    ...given,
    id: text(given['id']) ?? stableId('federated', name, index),
  };
}

/** A user with the members that owners, look-ups and mail need ("user resource type"). */
export function userShape(given: Record<string, unknown>, index: number): GraphObject {
  const id = text(given['id']) ?? stableId('user', index);
  const { manager: _manager, directoryRoles: _roles, access: _access, ...members } = given;
  return { ...userDefaults, ...members, id };
}

/** The members that `$select` may name, per resource type of v1.0. */
export function knownMembers(type: 'application' | 'servicePrincipal' | 'user'): Set<string> {
  return members[type];
}

type Shape = (given: Record<string, unknown>, index: number) => Record<string, unknown>;

/** Credentials as Graph lists them; anything but a list stays as it is, so that "not read" can be played too. */
function credentials(given: unknown, shape: Shape): unknown {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return given;
  return given.map((item: Record<string, unknown>, index) => shape(item, index));
}

const passwordShape: Shape = (given, index) => {
  const secret = text(given['secretText']);
  return {
    customKeyIdentifier: null,
    displayName: null,
    endDateTime: null,
    hint: secret?.slice(0, 3) ?? null,
    keyId: stableId('passwordCredential', JSON.stringify(given), index),
    startDateTime: null,
    ...given,
    secretText: null, // told once, by addPassword
  };
};

const keyShape: Shape = (given, index) => ({
  customKeyIdentifier: null,
  displayName: null,
  endDateTime: null,
  key: null,
  keyId: stableId('keyCredential', JSON.stringify(given), index),
  startDateTime: null,
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  ...given,
});

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const applicationDefaults: Record<string, unknown> = {
  id: '',
  deletedDateTime: null,
  appId: '',
  applicationTemplateId: null,
  disabledByMicrosoftStatus: null,
  createdDateTime: '2024-03-01T09:00:00Z',
  displayName: null,
  description: null,
  groupMembershipClaims: null,
  identifierUris: [],
  isDeviceOnlyAuthSupported: null,
  isFallbackPublicClient: null,
  notes: null,
  publisherDomain: 'contoso.example',
  serviceManagementReference: null,
  signInAudience: 'AzureADMyOrg',
  tags: [],
  tokenEncryptionKeyId: null,
  uniqueName: null,
  samlMetadataUrl: null,
  defaultRedirectUri: null,
  certification: null,
  optionalClaims: null,
  servicePrincipalLockConfiguration: null,
  requestSignatureVerification: null,
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
  },
  appRoles: [],
  info: {
    logoUrl: null,
    marketingUrl: null,
    privacyStatementUrl: null,
    supportUrl: null,
    termsOfServiceUrl: null,
  },
  keyCredentials: [],
  parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
  passwordCredentials: [],
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [],
  verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    redirectUriSettings: [],
  },
  spa: { redirectUris: [] },
};

const servicePrincipalDefaults: Record<string, unknown> = {
  id: '',
  deletedDateTime: null,
  accountEnabled: true,
  alternativeNames: [],
  appDisplayName: null,
  appDescription: null,
  appId: '',
  applicationTemplateId: null,
  appOwnerOrganizationId: null,
  appRoleAssignmentRequired: false,
  createdDateTime: '2024-03-01T09:00:00Z',
  description: null,
  disabledByMicrosoftStatus: null,
  displayName: null,
  homepage: null,
  loginUrl: null,
  logoutUrl: null,
  notes: null,
  notificationEmailAddresses: [],
  preferredSingleSignOnMode: null,
  preferredTokenSigningKeyThumbprint: null,
  replyUrls: [],
  servicePrincipalNames: [],
  servicePrincipalType: 'Application',
  signInAudience: 'AzureADMyOrg',
  tags: [],
  tokenEncryptionKeyId: null,
  samlSingleSignOnSettings: null,
  verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  addIns: [],
  appRoles: [],
  customSecurityAttributes: null,
  info: {
    logoUrl: null,
    marketingUrl: null,
    privacyStatementUrl: null,
    supportUrl: null,
    termsOfServiceUrl: null,
  },
  keyCredentials: [],
  oauth2PermissionScopes: [],
  passwordCredentials: [],
  resourceSpecificApplicationPermissions: [],
};

const userDefaults: Record<string, unknown> = {
  businessPhones: [],
  displayName: null,
  givenName: null,
  jobTitle: null,
  mail: null,
  mobilePhone: null,
  officeLocation: null,
  preferredLanguage: null,
  surname: null,
  userPrincipalName: null,
  id: '',
  accountEnabled: true,
  userType: 'Member',
  department: null,
  createdDateTime: '2024-03-01T09:00:00Z',
};

const members = {
  application: new Set(Object.keys(applicationDefaults)),
  servicePrincipal: new Set(Object.keys(servicePrincipalDefaults)),
  user: new Set([
    ...Object.keys(userDefaults),
    'proxyAddresses',
    'companyName',
    'usageLocation',
    'employeeLeaveDateTime',
  ]),
};
