import { clouds, type Cloud } from '../clouds.ts';
import type { TextFacts } from './facts-in-text.ts';
import type { PortalPage } from './rule.ts';

/** Where a person goes, with the way there for those who do not follow links. */
export interface PortalLink {
  url: string;
  way: string;
}

const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Pages of the portal that need no id, and the menu path to them. */
const PAGES: Record<PortalPage, { path: string; way: string }> = {
  credentials: registration('Certificates & secrets'),
  permissions: registration('API permissions'),
  authentication: registration('Authentication'),
  appRegistrations: registration('Overview'),
  enterpriseApplications: {
    path: '#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview',
    way: 'Entra ID → Enterprise applications',
  },
  conditionalAccess: {
    path: '#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies',
    way: 'Entra ID → Security → Conditional Access → Policies',
  },
  users: {
    path: '#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers',
    way: 'Entra ID → Users',
  },
  tenant: {
    path: '#view/Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Overview',
    way: 'Entra ID → Overview',
  },
  keyVault: { path: '#browse/Microsoft.KeyVault%2Fvaults', way: 'Key vaults' },
  serviceHealth: {
    path: '#view/Microsoft_Azure_Health/AzureHealthBrowseBlade/~/serviceIssues',
    way: 'Service Health → Service issues',
  },
};

/** The blade of an app registration that a page is, so that a link can lead straight to it. */
const BLADES: Partial<Record<PortalPage, string>> = {
  credentials: 'Credentials',
  permissions: 'CallAnAPI',
  authentication: 'Authentication',
  appRegistrations: 'Overview',
};

/** The portal page for a cure: of the application where the text gives its id, else the list it is found in. */
export function portalLink(page: PortalPage, facts: TextFacts, flat: string): PortalLink {
  const { path, way } = PAGES[page];
  const blade = BLADES[page];
  const appId = facts.applicationId ?? '';
  const target =
    blade !== undefined && GUID.test(appId)
      ? `#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/${blade}/appId/${appId}`
      : path;
  // The tenant in front makes the portal switch directories, which matters to whoever works in several.
  // Not where the tenant itself is in doubt: there is nothing to switch to.
  const isTenantSure = page !== 'tenant' && page !== 'appRegistrations';
  const tenant = isTenantSure && GUID.test(facts.tenant ?? '') ? `${facts.tenant ?? ''}/` : '';
  return { url: `${cloudOf(flat).portalUrl}/${tenant}${target}`, way };
}

/** The page on which an administrator consents. Microsoft Learn: "Grant tenant-wide admin consent to an application". */
export function consentUrl({ applicationId, tenant }: TextFacts, flat: string): string | null {
  if (applicationId === null || !GUID.test(applicationId)) return null;
  const where = tenant !== null && GUID.test(tenant) ? tenant : 'organizations';
  return `${cloudOf(flat).loginUrl}/${where}/adminconsent?client_id=${applicationId}`;
}

/** Error texts link to their own cloud's login host. */
function cloudOf(flat: string): Cloud {
  if (/\blogin\.microsoftonline\.us\b|\bgraph\.microsoft\.us\b/i.test(flat)) return clouds.usGov;
  if (/\blogin\.(?:partner\.microsoftonline|chinacloudapi)\.cn\b/i.test(flat)) return clouds.china;
  return clouds.public;
}

function registration(blade: string): { path: string; way: string } {
  return {
    path: '#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
    way: `Entra ID → App registrations → the application → ${blade}`,
  };
}
