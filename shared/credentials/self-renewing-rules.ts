/**
 * What the platform replaces by itself, as data: add a rule here and a line for it in its test. A credential that
 * matches is shown and never alerted, unless the platform evidently failed to replace it.
 */
export interface SelfRenewingRule {
  /** Stored as the credential's `selfRenewing`; never reuse one for something else. */
  id: string;
  /** For people: who replaces it. */
  renewedBy: string;
  /** Where this is known from. */
  source: string;
  matches: {
    /** Over the credential's name as names.ts decides it, so encoded names are covered. */
    credentialName?: RegExp;
    holderName?: RegExp;
    holderType?: 'application' | 'servicePrincipal';
    servicePrincipalTypes?: string[];
    /** appOwnerOrganizationId, in lower case. */
    ownedByTenants?: string[];
    /** appIds, in lower case, that the rule is not about. */
    exceptAppIds?: string[];
    types?: ('clientSecret' | 'certificate' | 'samlSigningCertificate')[];
  };
  /** What to do when it ended and nothing followed; null where the customer can do nothing and is not told. */
  whenItFails: string | null;
}

export const SELF_RENEWING_RULES: readonly SelfRenewingRule[] = [
  {
    id: 'appProxy',
    renewedBy: 'Microsoft Entra application proxy',
    source:
      'Microsoft Learn: Microsoft Entra application proxy FAQ (a new CWAP_AuthSecret before the old one ends, three kept)',
    matches: { credentialName: /^CWAP_AuthSecret$/i },
    whenItFails:
      'Check whether the application is still published through application proxy: newer ones use a federated credential, and then this leftover can be removed.',
  },
  {
    id: 'entraConnectCredential',
    renewedBy: 'Microsoft Entra Connect',
    source: 'Microsoft Learn: Microsoft Entra Connect, application identity; CIPP issue 6023',
    matches: { credentialName: /ConnectSyncProvisioning_/i },
    whenItFails: 'Check the certificate in the Entra Connect wizard on the synchronization server.',
  },
  {
    id: 'entraConnectApplication',
    renewedBy: 'Microsoft Entra Connect',
    source:
      'Microsoft Learn: Microsoft Entra Connect, application identity (the application is named ConnectSyncProvisioning_{server}_{id})',
    matches: { holderName: /^ConnectSyncProvisioning_/i },
    whenItFails: 'Check the certificate in the Entra Connect wizard on the synchronization server.',
  },
  {
    id: 'copilotStudio',
    renewedBy: 'Microsoft Copilot Studio (Power Virtual Agents)',
    source: 'Checkmk ms_entra agent, "Exclude credentials"',
    matches: { credentialName: /^CN=service\.[a-z]+\.powerva\.microsoft\.[a-z]+$/i },
    whenItFails: null,
  },
  {
    id: 'deviceTrust',
    renewedBy: 'Microsoft Entra (trust between joined devices, “P2P Server”)',
    source:
      'Microsoft Learn: Microsoft Entra device management FAQ, MS-Organization-P2P-Access; the certificates of a tenant for it are on the servicePrincipal “P2P Server”',
    matches: {
      holderName: /^P2P Server$/i,
      holderType: 'servicePrincipal',
      types: ['certificate'],
    },
    whenItFails: null,
  },
  {
    id: 'managedIdentity',
    renewedBy: 'Azure (managed identity)',
    source:
      'Microsoft Learn: Managed identities for Azure resources FAQ (certificates of 90 days, replaced after 45)',
    matches: { servicePrincipalTypes: ['ManagedIdentity'] },
    whenItFails: null,
  },
  {
    id: 'microsoftOwned',
    renewedBy: 'Microsoft, who owns the application',
    source:
      'Microsoft Learn: Verify first-party Microsoft applications in sign-in reports (tenants that own them)',
    matches: {
      holderType: 'servicePrincipal',
      // A SAML signing certificate is made by the customer, whoever owns the application.
      types: ['clientSecret', 'certificate'],
      ownedByTenants: [
        'f8cdef31-a31e-4b4a-93e4-5f571e91255a', // Microsoft Services
        '72f988bf-86f1-41af-91ab-2d7cd011db47', // Microsoft
        '33e01921-4d64-4f8c-a055-5bdaffd5e33d', // Microsoft, Azure's own services
        '47df5bb7-e6bc-4256-afb0-dd8c8e3c1ce8', // Microsoft, named beside the first in audit tools
      ],
      // Microsoft's applications on which customers put certificates of their own servers (Microsoft Learn: "Configure
      // OAuth authentication between Exchange and Exchange Online organizations", "Configure server-to-server
      // authentication from SharePoint Server to SharePoint in Microsoft 365", and the same for Skype for Business).
      exceptAppIds: [
        '00000002-0000-0ff1-ce00-000000000000', // Office 365 Exchange Online
        '00000003-0000-0ff1-ce00-000000000000', // Office 365 SharePoint Online
        '00000004-0000-0ff1-ce00-000000000000', // Skype for Business Online
      ],
    },
    whenItFails: null,
  },
];

/** What an operator says is replaced by a job of their own (KEYTURN_SELF_RENEWING_NAMES). */
export const OPERATORS_RULE: SelfRenewingRule = {
  id: 'operatorsNames',
  renewedBy: 'a job of your own (KEYTURN_SELF_RENEWING_NAMES)',
  source: 'the settings of this installation',
  matches: {},
  whenItFails: 'Look at the job that should have replaced it, then replace it by hand.',
};
