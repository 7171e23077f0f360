import type { Assessed } from '../shared/expiry/assess.ts';
import { DAY_MS } from '../shared/expiry/status.ts';
import type { ScanOptions } from './scan-options.ts';

/**
 * True for what the result lists: stopped, end unknown, ending within `--within`; with `--all` everything. Federated
 * credentials are read only for those who ask for them.
 */
export function isListed(
  credential: Assessed,
  { all, asOf, withinDays }: Pick<ScanOptions, 'all' | 'asOf' | 'withinDays'>,
): boolean {
  if (credential.type === 'federatedCredential') return true;
  if (all || credential.status === 'expired' || credential.status === 'unknownExpiry') return true;
  return endsWithin(credential, asOf, withinDays);
}

/**
 * True for what makes `--fail-within` exit with 1: it ends within these days, or ended no longer ago than
 * `--expired-grace`. What the platform replaces by itself never does, and neither does an unknown end.
 */
export function isFailing(
  credential: Assessed,
  {
    asOf,
    failWithinDays,
    expiredGraceDays,
  }: Pick<ScanOptions, 'asOf' | 'failWithinDays' | 'expiredGraceDays'>,
): boolean {
  if (failWithinDays === null || credential.selfRenewing !== null) return false;
  if (credential.status !== 'expired') return endsWithin(credential, asOf, failWithinDays);
  if (expiredGraceDays === null || credential.expiresAt === null) return true;
  return asOf.getTime() - credential.expiresAt.getTime() <= expiredGraceDays * DAY_MS;
}

function endsWithin({ status, expiresAt }: Assessed, asOf: Date, days: number): boolean {
  if (status === 'unknownExpiry' || status === 'expired' || expiresAt === null) return false;
  return expiresAt.getTime() - asOf.getTime() <= days * DAY_MS;
}
