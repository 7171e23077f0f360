import { addressesIn, isInDomains } from '../credentials/owner-address.ts';
import type { RelatedPerson } from '../credentials/directory-object.ts';
import type { WalkedCredential } from './walk.ts';

/**
 * Those whose addresses are written down at the holder: named by its owners (`keyturn:notify=`), and those whom
 * Microsoft mails when its SAML signing certificate ends. Owners may name only addresses of these domains (security rule
 * 24); the others are kept with the reason, so that somebody can ask why they hear nothing.
 */
export function namedPeople(
  { policy, type }: Pick<WalkedCredential, 'policy' | 'type'>,
  notified: readonly string[],
  domains: readonly string[],
): RelatedPerson[] {
  const named = (policy?.notify ?? []).flatMap(addressesIn).map((address) => ({
    ...nobodyKnown(address),
    relation: 'namedByOwner' as const,
    refused: isInDomains(address, domains) ? null : ('foreignDomain' as const),
  }));
  if (type !== 'samlSigningCertificate') return named;
  const mailed = notified.flatMap(addressesIn).map((address) => ({
    ...nobodyKnown(address),
    relation: 'samlNotification' as const,
    refused: null,
  }));
  return [...named, ...mailed];
}

function nobodyKnown(address: string) {
  return { id: null, type: 'unknown' as const, displayName: null, address, accountEnabled: null };
}
