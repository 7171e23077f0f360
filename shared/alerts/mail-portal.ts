import type { AlertItem } from './alert-item.ts';
import { line, strong, type Line } from './mail-document.ts';
import { nameInMail } from './mail-names.ts';

type Held = Pick<AlertItem, 'tenantId' | 'type' | 'holder'>;

/**
 * The portal's page for a holder's secrets or sign-in, in its tenant and cloud; null where there is no such page or an
 * id is not one. The portal's own form: `{portal}/#@{tenant}/view/{blade}`.
 */
export function portalLinkOf({ tenantId, type, holder }: Held, portalUrl: string): string | null {
  const { objectId, appId } = holder;
  if (!isGuid(tenantId) || !isGuid(appId)) return null;
  const base = `${portalUrl}/#@${tenantId}/view`;
  if (holder.type === 'application') {
    return `${base}/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${appId}`;
  }
  if (holder.type !== 'servicePrincipal' || !isGuid(objectId)) return null;
  const page = type === 'samlSigningCertificate' ? 'SignOn' : 'Overview';
  return `${base}/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/${page}/objectId/${objectId}/appId/${appId}`;
}

/** The way to the same place by hand, for those who rightly do not follow links in mails. */
export function portalWayOf({ type, holder }: Held, portalUrl: string): Line {
  const portal = strong(new URL(portalUrl).hostname);
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

/** True for an id as the directory gives them; anything else is not put into a link or a command. */
export function isGuid(text: string | null): text is string {
  return text !== null && GUID.test(text);
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
