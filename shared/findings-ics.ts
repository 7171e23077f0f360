import { createHash } from 'node:crypto';
import ical, { ICalCalendarMethod } from 'ical-generator';
import type { Credential, CredentialType } from './credentials/credential.ts';
import { displayText } from './display-text.ts';

/** What an entry is made from. The tenant is part of its identity, where anybody knows it. */
export type CalendarFinding = Pick<Credential, 'id' | 'type' | 'name' | 'holder' | 'expiresAt'> & {
  tenantId: string | null;
};

/**
 * One entry per finding that has an end, at that instant (RFC 5545, METHOD:PUBLISH). The UID of a credential is the same
 * in every export, so that importing again moves entries instead of doubling them. Names are shown as plain text; no
 * address or link comes from data (security rule 23).
 */
export function findingsCalendar(findings: readonly CalendarFinding[], now: Date): string {
  const calendar = ical({
    name: 'Keyturn: what ends when',
    prodId: { company: 'Keyturn', product: 'Keyturn', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const finding of findings) {
    if (finding.expiresAt === null) continue;
    calendar.createEvent({
      id: uidOf(finding),
      stamp: now,
      start: finding.expiresAt,
      end: finding.expiresAt,
      ...entryWords(finding),
    });
  }
  return calendar.toString();
}

/** What an entry says, as plain text; the calendar's writer escapes it. */
export function entryWords(finding: Pick<CalendarFinding, 'type' | 'name' | 'holder'>): {
  summary: string;
  description: string;
} {
  const { type, name, holder } = finding;
  return {
    summary: `${displayText(holderName(finding))} stops: ${WORDS[type]} ends`,
    description: `${WORDS[type]}: ${displayText(name)}\nApplication id: ${displayText(holder.appId ?? 'unknown')}`,
  };
}

const WORDS: Record<CredentialType, string> = {
  clientSecret: 'client secret',
  certificate: 'certificate',
  samlSigningCertificate: 'SAML signing certificate',
  keyVaultSecret: 'Key Vault secret',
  keyVaultCertificate: 'Key Vault certificate',
  keyVaultKey: 'Key Vault key',
  manual: 'entry',
  connection: 'connection in Keyturn',
  federatedCredential: 'federated credential',
};

function holderName({ holder }: Pick<CalendarFinding, 'holder'>): string {
  return holder.displayName ?? holder.appId ?? holder.objectId ?? 'Something without a name';
}

/** Names the entry of a finding: the same in every export and every mail. */
export function uidOf({ tenantId, id }: Pick<CalendarFinding, 'tenantId' | 'id'>): string {
  // Length first, so that no two pairs give one text (security rule 28).
  const parts = [tenantId ?? '', id].map((part) => `${part.length}:${part}`).join('');
  return `${createHash('sha256').update(parts).digest('hex').slice(0, 40)}@keyturn`;
}
