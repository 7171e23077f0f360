import type { SealedAccessToken } from './grant-state.ts';

/** An access token in clear, as it lives in memory and in the answer to its caller; never logged, never stored so. */
export interface AccessToken {
  value: string;
  scope: string;
  issuedAt: Date;
  expiresAt: Date;
  refreshAt: Date | null;
}

/** A token that was given this recently is as good as any that could be got now. */
const YOUNG_MS = 60_000;
/** With less life than this a token is no use to anybody. */
const USABLE_MS = 60_000;

/** Whether it can be answered as it is: long enough for the caller, and not due for renewal; or just given. */
export function isEnough(
  { issuedAt, expiresAt, refreshAt }: Pick<AccessToken, 'issuedAt' | 'expiresAt' | 'refreshAt'>,
  now: Date,
  minTtlSeconds: number,
): boolean {
  const nowMs = now.getTime();
  if (expiresAt.getTime() <= nowMs) return false;
  if (nowMs - issuedAt.getTime() < YOUNG_MS) return true;
  if (refreshAt !== null && refreshAt.getTime() <= nowMs) return false;
  return expiresAt.getTime() - nowMs >= minTtlSeconds * 1000;
}

/** Whether it may be answered while no better one can be got. */
export function isUsable({ expiresAt }: Pick<AccessToken, 'expiresAt'>, now: Date): boolean {
  return expiresAt.getTime() - now.getTime() > USABLE_MS;
}

/** The dates of a sealed one. */
export function datesOf(sealed: SealedAccessToken): Omit<AccessToken, 'value'> {
  return {
    scope: sealed.scope,
    issuedAt: new Date(sealed.issuedAt),
    expiresAt: new Date(sealed.expiresAt),
    refreshAt: sealed.refreshAt === null ? null : new Date(sealed.refreshAt),
  };
}
