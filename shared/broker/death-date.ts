import type { ConnectionState } from '../connections/connection-status.ts';

/** When each thing ends that a connection needs; null where it never does, or nobody knows. */
export interface Ends {
  secretExpires?: Date | null;
  certificateExpires?: Date | null;
  /** When the provider gave the refresh token that is used now. */
  refreshTokenAt: Date | null;
  signedInAt: Date | null;
  signInFrequencySeconds: number | null;
  /** When the person who signed in leaves. */
  userLeaves?: Date | null;
}

export type Death = Pick<ConnectionState, 'worksUntil' | 'endsBecause'>;

const DAY_MS = 86_400_000;
/** Microsoft Learn, "Refresh tokens in the Microsoft identity platform": 90 days without use. */
const IDLE_DAYS = 90;

/**
 * Until when a connection works, and what ends it: the nearest of its secret's end, the 90 days of an unused refresh
 * token, the age that a policy allows a sign-in (which no renewal resets), and the day on which the person leaves.
 */
export function deathOf(ends: Ends): Death {
  const { refreshTokenAt, signedInAt, signInFrequencySeconds } = ends;
  const candidates: [Date | null | undefined, NonNullable<Death['endsBecause']>][] = [
    [ends.secretExpires, 'secretExpires'],
    [ends.certificateExpires, 'certificateExpires'],
    [after(refreshTokenAt, IDLE_DAYS * DAY_MS), 'signInExpires'],
    [
      signInFrequencySeconds === null ? null : after(signedInAt, signInFrequencySeconds * 1000),
      'signInFrequency',
    ],
    [ends.userLeaves, 'userLeaves'],
  ];
  const known = candidates.flatMap(([at, because]) =>
    at === null || at === undefined ? [] : [{ at, because }],
  );
  const [nearest] = known.sort((a, b) => a.at.getTime() - b.at.getTime());
  return {
    worksUntil: nearest?.at.toISOString() ?? null,
    endsBecause: nearest?.because ?? null,
  };
}

function after(start: Date | null, ms: number): Date | null {
  return start === null ? null : new Date(start.getTime() + ms);
}
