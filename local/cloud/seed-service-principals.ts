import { installation } from './installation.ts';
import type { SeedCredentials } from './seed-credentials.ts';
import { people } from './seed-people.ts';
import { stableId, stableThumbprint } from './stable-id.ts';

/** The tenant that Microsoft's own applications belong to ("Verify first-party Microsoft applications"). */
const MICROSOFT_SERVICES = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Enterprise applications: one for each own application, and the kinds that only exist as servicePrincipals. */
export function seedServicePrincipals(
  make: SeedCredentials,
  applications: Record<string, unknown>[],
): Record<string, unknown>[] {
  return [
    ...applications.map(({ id, appId, displayName }) => ({
      id: stableId('servicePrincipal', String(displayName)),
      appId: appId ?? stableId('appId', String(id)),
      displayName,
      appOwnerOrganizationId: installation.tenantId,
    })),
    samlApplication(make),
    programThatOwns(),
    managedIdentity(make),
    secretOnEnterpriseApplication(make),
    foreign('Adobe Signatures', stableId('tenant', 'Adobe')),
    foreign('Office 365 Exchange Online', MICROSOFT_SERVICES),
    microsoftWithCertificate(make),
  ];
}

function principal(displayName: string, members: Record<string, unknown>): Record<string, unknown> {
  return {
    id: stableId('servicePrincipal', displayName),
    appId: stableId('appId', 'servicePrincipal', displayName),
    displayName,
    ...members,
  };
}

/** addTokenSigningCertificate makes three entries of one certificate, two of them with one keyId. */
function samlApplication({ instant, certificate }: SeedCredentials): Record<string, unknown> {
  const name = 'CN=Microsoft Azure Federated SSO Certificate';
  const thumbprint = stableThumbprint('saml', 'Travel Booking');
  const customKeyIdentifier = Buffer.from(thumbprint, 'hex').toString('base64');
  const days = { from: -1075, to: 20 };
  const signKeyId = stableId('saml', 'sign');
  const entry = { customKeyIdentifier, keyId: signKeyId, type: 'X509CertAndPassword' };
  return principal('Travel Booking (SAML)', {
    appOwnerOrganizationId: stableId('tenant', 'Travel Booking Inc'),
    preferredSingleSignOnMode: 'saml',
    preferredTokenSigningKeyThumbprint: thumbprint,
    notificationEmailAddresses: ['travel-admins@contoso.example'],
    keyCredentials: [
      certificate(name, days, { ...entry, usage: 'Sign' }),
      certificate(name, days, {
        customKeyIdentifier,
        keyId: stableId('saml', 'verify'),
        usage: 'Verify',
      }),
    ],
    passwordCredentials: [
      {
        customKeyIdentifier,
        displayName: name,
        keyId: signKeyId,
        startDateTime: instant(days.from),
        endDateTime: instant(days.to),
      },
    ],
    owners: [people.web.id],
  });
}

/** Owns an application; its own owner is who can be told. */
function programThatOwns(): Record<string, unknown> {
  return principal('Provisioning Robot', {
    appOwnerOrganizationId: installation.tenantId,
    owners: [people.platform.id],
  });
}

function managedIdentity({ certificate }: SeedCredentials): Record<string, unknown> {
  const tenant = installation.tenantId;
  return principal('func-orders-prod', {
    servicePrincipalType: 'ManagedIdentity',
    alternativeNames: ['isExplicit=False', `/subscriptions/${tenant}/resourcegroups/orders`],
    keyCredentials: [certificate(`CN=${tenant}`, { from: -60, to: 30 }, { usage: 'Verify' })],
  });
}

/** The portal never lists secrets that sit on the enterprise application itself. */
function secretOnEnterpriseApplication({ secret }: SeedCredentials): Record<string, unknown> {
  return principal('Legacy Ticket Bridge', {
    servicePrincipalType: 'Legacy',
    appOwnerOrganizationId: installation.tenantId,
    passwordCredentials: [secret('bridge', { from: -350, to: 15 })],
    owners: [people.data.id],
  });
}

function foreign(displayName: string, ownerTenant: string): Record<string, unknown> {
  return principal(displayName, {
    appOwnerOrganizationId: ownerTenant,
    signInAudience: 'AzureADMultipleOrgs',
  });
}

function microsoftWithCertificate({ certificate }: SeedCredentials): Record<string, unknown> {
  return principal('Microsoft Rights Management Services', {
    appOwnerOrganizationId: MICROSOFT_SERVICES,
    signInAudience: 'AzureADMultipleOrgs',
    keyCredentials: [certificate('CN=rms', { from: -80, to: 9 })],
  });
}
