import { stableBase64, stableId, stableThumbprint } from './stable-id.ts';

/** Makes credentials whose dates are relative to the day that the tenant is made. */
interface SecretMembers {
  /** The value, where somebody signs in with it. */
  secretText?: string;
  [member: string]: unknown;
}

export interface SeedCredentials {
  /** A client secret. Days are from now, negative ones are past; null leaves the end open. */
  secret: (name: string, days: { from: number; to: number | null }, more?: SecretMembers) => object;
  /** A certificate to sign in with. */
  certificate: (name: string, days: { from: number; to: number }, more?: object) => object;
  instant: (days: number) => string;
}

/** Credentials for a tenant made at `start`. Every secret of one name and span has the same ids in every run. */
export function seedCredentials(start: Date): SeedCredentials {
  const instant = (days: number) =>
    `${new Date(start.getTime() + days * DAY_MS).toISOString().slice(0, 19)}Z`;
  return {
    instant,
    secret: (name, { from, to }, more = {}) => ({
      displayName: name,
      // As Graph shows it: the first three characters of the value.
      hint: (more.secretText ?? stableBase64(4, 'hint', name, from)).slice(0, 3),
      keyId: stableId('secret', name, from, String(to)),
      startDateTime: instant(from),
      endDateTime: to === null ? null : instant(to),
      ...more,
    }),
    certificate: (name, { from, to }, more = {}) => ({
      customKeyIdentifier: stableThumbprint(name, from),
      displayName: name,
      key: stableBase64(1200, 'certificate', name, from),
      keyId: stableId('certificate', name, from, to),
      startDateTime: instant(from),
      endDateTime: instant(to),
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
      ...more,
    }),
  };
}

const DAY_MS = 86_400_000;
