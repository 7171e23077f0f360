import type { WalkedCredential } from '../../shared/checks/walk.ts';
import type { ScanReport } from '../../cli/scan-report.ts';

/** A secret that ends in twelve days, unless told otherwise. */
export function walked(changes: Partial<WalkedCredential> = {}): WalkedCredential {
  return {
    id: 'application:o:clientSecret:k',
    type: 'clientSecret',
    keyId: 'k',
    name: 'prod',
    hint: 'Ab3',
    thumbprint: null,
    startsAt: new Date('2025-01-01T00:00:00Z'),
    expiresAt: new Date('2027-01-31T00:00:00Z'),
    holder: { type: 'application', objectId: 'o', appId: 'a', displayName: 'Contoso CRM' },
    selfRenewing: null,
    isActive: null,
    status: 'expiring',
    daysLeft: 12,
    stage: 14,
    supersededBy: null,
    supersession: 'none',
    replacement: null,
    effectiveEndsAt: null,
    renewalFailed: false,
    policy: null,
    likelyConsumers: [],
    owners: null,
    keptIn: null,
    otherKeyIds: [],
    steps: [],
    ...changes,
  };
}

/** A complete report as of 19 January 2027 with these findings. */
export function reportOf(
  findings: WalkedCredential[],
  changes: Partial<ScanReport> = {},
): ScanReport {
  const expired = findings.filter(({ status }) => status === 'expired').length;
  return {
    asOf: new Date('2027-01-19T00:00:00Z'),
    tenantId: null,
    complete: true,
    counts: {
      applications: 3,
      servicePrincipals: 1,
      credentials: 7,
      expired,
      expiring: findings.length - expired,
      ok: 0,
      notYetValid: 0,
      neverExpires: 0,
      unknownExpiry: 0,
      selfRenewing: 0,
    },
    findings,
    unread: [],
    withinDays: 60,
    all: false,
    ...changes,
  };
}

/** A name that tries everything at once: markup, formula, escape, line breaks, right-to-left, a link, a mention. */
export const HOSTILE =
  "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>\r\nBEGIN:VEVENT\u001b[2J\u009b31m\u202e[x](https://evil.example)`|`\"@team,;\\";
