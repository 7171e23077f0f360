import type { Credential, CredentialType } from '../credentials/credential.ts';
import { statusOf } from './status.ts';

/** Kinds of one group stand in for each other: with any of them the application can sign in. */
const GROUPS: readonly (readonly CredentialType[])[] = [
  ['clientSecret', 'certificate'],
  ['samlSigningCertificate'],
];

/**
 * Until when the holder of these credentials as a whole works: the latest end among its valid credentials of a group
 * that stand in for each other. Null where none is valid now, and for kinds that stand for themselves.
 */
export function effectiveEnds(
  credentials: readonly Credential[],
  now: Date,
): (type: CredentialType) => Date | null {
  const latest = GROUPS.map((types) => latestEnd(credentials, types, now));
  return (type) => latest[GROUPS.findIndex((types) => types.includes(type))] ?? null;
}

function latestEnd(
  credentials: readonly Credential[],
  types: readonly CredentialType[],
  now: Date,
): Date | null {
  let latest: Date | null = null;
  for (const credential of credentials) {
    const { type, expiresAt } = credential;
    if (expiresAt === null || !types.includes(type)) continue;
    if (latest !== null && expiresAt <= latest) continue;
    const status = statusOf(credential, now);
    if (status === 'expiring' || status === 'ok' || status === 'neverExpires') latest = expiresAt;
  }
  return latest;
}
