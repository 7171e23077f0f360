import type { WalkedCredential } from '../shared/checks/walk.ts';
import type { Owner } from '../shared/credentials/directory-object.ts';
import { selfRenewingRule } from '../shared/credentials/self-renewing.ts';
import { displayText } from '../shared/display-text.ts';
import type { ScanReport } from './scan-report.ts';
import { numberText, plural } from './number-words.ts';

/** What a credential is and what the portal calls it: `secret "prod"`, `secret whose value starts with Ab3`. */
export function whatText({ type, name, hint, keyId }: WalkedCredential): string {
  const kind = KINDS[type];
  if (name === `starts with ${hint ?? ''}`) {
    return `${kind} whose value starts with ${displayText(hint ?? '', 12)}`;
  }
  if (name === keyId) return `${kind} with id ${displayText(name)}`;
  return name.endsWith('without a name') ? displayText(name) : `${kind} "${displayText(name)}"`;
}

/** Whose it is: the application's name, else one of its ids. */
export function holderText({ holder }: WalkedCredential): string {
  const { displayName, appId, objectId, type } = holder;
  const name = displayText(displayName ?? '') || displayText(appId ?? objectId ?? '');
  if (name === '') return 'an application that the file does not name';
  return type === 'servicePrincipal' ? `${name} (enterprise application)` : name;
}

/** Who uses it by the look of it; null where nothing tells. */
function consumersText({ likelyConsumers }: WalkedCredential): string | null {
  if (likelyConsumers.length === 0) return null;
  const systems = [...new Set(likelyConsumers.map(({ system }) => displayText(system)))];
  return `looks like ${systems.join(', ')}`;
}

/** Who owns it; null where owners were not read, which is not the same as nobody. */
function ownersText({ owners }: WalkedCredential): string | null {
  if (owners === null) return null;
  if (owners.length === 0) return 'nobody owns it';
  const shown = owners.slice(0, MAX_OWNERS).map(ownerText);
  const more = owners.length - shown.length;
  return `${owners.length === 1 ? 'owner' : 'owners'} ${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

/** What else there is to know before somebody acts, in the order in which it matters. */
export function remarksOf(finding: WalkedCredential): string[] {
  const remarks = [consumersText(finding), ownersText(finding)];
  if (finding.supersededBy !== null && finding.supersession !== 'replacementInUse') {
    remarks.unshift('a newer one exists: make sure that it is entered everywhere');
  }
  if (finding.selfRenewing !== null) {
    const rule = selfRenewingRule(finding.selfRenewing);
    remarks.unshift(`looked after by ${rule?.renewedBy ?? 'its platform'}`);
  }
  return remarks.filter((remark) => remark !== null);
}

/** What was read, what of it has stopped and what ends soon: one sentence, true also when not all was read. */
export function summaryText({ counts, findings, withinDays, all }: ScanReport): string {
  const ending = findings.filter(({ status, expiresAt }) => {
    return status !== 'expired' && status !== 'unknownExpiry' && expiresAt !== null;
  });
  const soon = all ? counts.expiring : ending.length;
  const window = all ? 'soon' : `within ${plural(withinDays, 'day')}`;
  const facts = [
    `${numberText(counts.expired)} stopped`,
    `${numberText(soon)} ${soon === 1 ? 'ends' : 'end'} ${window}`,
    ...(counts.unknownExpiry > 0
      ? [`${numberText(counts.unknownExpiry)} with an unknown end`]
      : []),
    ...(counts.selfRenewing > 0
      ? [
          `${numberText(counts.selfRenewing)} of all ${counts.selfRenewing === 1 ? 'is' : 'are'} looked after by the platform`,
        ]
      : []),
  ];
  return `Read ${populationText(counts)} with ${plural(counts.credentials, 'secret or certificate', 'secrets and certificates')}: ${facts.join(', ')}.`;
}

/** Said instead of a list. "Nothing found" only when everything was read. */
export function nothingText({ complete, counts, withinDays }: ScanReport): string {
  if (!complete) return 'Nothing to show, but not everything was read. Do not treat silence as OK.';
  if (counts.applications + counts.servicePrincipals + counts.credentials === 0) {
    return 'There are no applications in this file or tenant.';
  }
  return `Nothing found: no secret or certificate has stopped or ends within ${plural(withinDays, 'day')}.`;
}

const MAX_OWNERS = 5;
const KINDS: Record<WalkedCredential['type'], string> = {
  clientSecret: 'secret',
  certificate: 'certificate',
  samlSigningCertificate: 'SAML signing certificate',
  keyVaultSecret: 'Key Vault secret',
  keyVaultCertificate: 'Key Vault certificate',
  keyVaultKey: 'Key Vault key',
  manual: 'entry',
  connection: 'connection in Keyturn',
  federatedCredential: 'federated credential',
};

function ownerText({ address, displayName, id }: Owner): string {
  if (address !== null) return displayText(address, 120);
  const name = displayText(displayName ?? id ?? 'without a name');
  return `${name} (no mail address)`;
}

function populationText({ applications, servicePrincipals }: ScanReport['counts']): string {
  return `${plural(applications, 'application')} and ${plural(servicePrincipals, 'enterprise application')}`;
}
