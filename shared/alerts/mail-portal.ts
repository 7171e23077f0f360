import type { AlertItem } from './alert-item.ts';
import { line, strong, type Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';

type Held = Pick<AlertItem, 'tenantId' | 'type' | 'keyId' | 'holder'>;

/**
 * The portal's page for a holder's secrets or sign-in, in its tenant and cloud; null where there is no such page or an
 * id is not one. The portal's own form: `{portal}/#@{tenant}/view/{blade}`.
 */
export function portalLinkOf(
  { tenantId, type, keyId, holder }: Held,
  portalUrl: string,
): string | null {
  const { objectId, appId } = holder;
  if (!isGuid(tenantId)) return null;
  if (holder.type === 'vault') return vaultLinkOf({ tenantId, type, keyId, holder }, portalUrl);
  if (!isGuid(appId)) return null;
  const base = `${portalUrl}/#@${tenantId}/view`;
  if (holder.type === 'application') {
    return `${base}/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${appId}`;
  }
  if (holder.type !== 'servicePrincipal' || !isGuid(objectId)) return null;
  const page = type === 'samlSigningCertificate' ? 'SignOn' : 'Overview';
  return `${base}/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/${page}/objectId/${objectId}/appId/${appId}`;
}

/** The kinds of item as the portal's addresses and as its menu name them. */
const VAULT_KINDS: Partial<Record<AlertItem['type'], string>> = {
  keyVaultSecret: 'Secret',
  keyVaultCertificate: 'Certificate',
  keyVaultKey: 'Key',
};
const VAULT_PAGES: Partial<Record<AlertItem['type'], string>> = {
  keyVaultSecret: 'Secrets',
  keyVaultCertificate: 'Certificates',
  keyVaultKey: 'Keys',
};

/** An item of a vault has an address of its own there: `asset/Microsoft_Azure_KeyVault/{kind}/{address of the item}`. */
function vaultLinkOf({ tenantId, type, keyId, holder }: Held, portalUrl: string): string | null {
  const kind = VAULT_KINDS[type];
  const host = holder.objectId ?? '';
  if (kind === undefined || !VAULT_HOST.test(host) || !ITEM_PATH.test(keyId ?? '')) return null;
  return `${portalUrl}/#@${tenantId}/asset/Microsoft_Azure_KeyVault/${kind}/https://${host}/${keyId}`;
}

const VAULT_HOST = /^[a-z0-9-]{3,24}(?:\.[a-z]+){2,4}$/;
const ITEM_PATH = /^(?:secrets|keys|certificates)\/[0-9A-Za-z-]{1,127}$/;

/** The way to the same place by hand, for those who rightly do not follow links in mails. */
export function portalWayOf(held: Held, portalUrl: string): Line {
  const { type, holder } = held;
  const portal = strong(new URL(portalUrl).hostname);
  if (holder.type === 'vault') return vaultWayOf(held, portal);
  const name = nameInMail(holder.displayName ?? '');
  const called = name === '' ? '' : ` (“${name}”)`;
  const id = nameInMail(holder.appId ?? holder.objectId ?? '');
  const last = strong(
    type === 'samlSigningCertificate' ? 'Single sign-on' : 'Certificates & secrets',
  );
  if (holder.type === 'application') {
    return line`Open ${portal} → ${strong('App registrations')} → ${strong('All applications')}, search for ${id}${called} → ${last}.`;
  }
  return line`Open ${portal} → ${strong('Enterprise applications')} → ${strong('All applications')}, search for ${id}${called} → ${last}.`;
}

function vaultWayOf({ type, keyId, holder }: Held, portal: { strong: string }): Line {
  const vault = nameInMail(holder.displayName ?? '');
  const item = nameInMail(keyId?.split('/')[1] ?? '');
  return line`Open ${portal} → ${strong('Key vaults')} → ${vault} → ${strong(VAULT_PAGES[type] ?? 'Objects')} → ${item}.`;
}

/** True for an id as the directory gives them; anything else is not put into a link or a command. */
export function isGuid(text: string | null): text is string {
  return text !== null && GUID.test(text);
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
